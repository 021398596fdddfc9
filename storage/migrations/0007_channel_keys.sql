-- The keys of a channel whose platform turns them (Zalo's Official Account): the newest, kept before it is used.
CREATE TABLE channel_keys (
    channel    TEXT PRIMARY KEY,
    access     TEXT NOT NULL,
    refresh    TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    seed       TEXT NOT NULL -- a hash of the consent in the settings from which these keys grew
);

-- When somebody last wrote, on channels where that decides what they may be sent.
CREATE TABLE last_words (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (channel, chat)
);
