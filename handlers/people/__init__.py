"""Who somebody is: joining, linking, land claims, leave, entering for others, their data, the journal."""
