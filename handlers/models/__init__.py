"""The mobilisation models: registered, completed, assessed, recognised."""
