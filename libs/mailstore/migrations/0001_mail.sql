-- Schema mail: mailboxes, messages, changes. The laws are in README.md; tenant_id comes first in every key.
create schema mail;
grant usage on schema mail to sky_auth, sky_delivery, sky_imap, sky_pop3;

-- Ids of mailboxes, emails, blobs and threads: one value is a block of 64 (UIDs and MODSEQ never come from a sequence).
create sequence mail.object_id increment by 64;
grant usage on sequence mail.object_id to sky_auth, sky_delivery, sky_imap;

-- The one order of all change in an account; whoever changes anything in it locks this row first.
create table mail.account (
    tenant_id bigint not null,
    account_id bigint not null,                 -- directory.account
    kind smallint not null default 0,           -- 0 user, 1 shared, 2 public folders
    epoch integer not null default 1,           -- of the store: restore and promotion change it
    modseq bigint not null default 1,
    log_floor bigint not null default 1,        -- change_log is complete above this MODSEQ
    last_uid_validity bigint not null default 0,
    quota_octets bigint check (quota_octets >= 0),  -- null: no limit
    used_octets bigint not null default 0,
    used_messages bigint not null default 0,
    created_at timestamptz not null default now(),
    primary key (tenant_id, account_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- What LIST, STATUS and SELECT say, kept by every writer.
create table mail.mailbox (
    tenant_id bigint not null,
    mailbox_id bigint not null,
    account_id bigint not null,
    name text not null,
    selectable boolean not null default true,
    special_use smallint not null default 0,
    uid_validity bigint not null,
    uid_next bigint not null default 1,
    modseq bigint not null,
    created_modseq bigint not null,
    messages bigint not null default 0,
    unseen bigint not null default 0,
    deleted bigint not null default 0,
    octets bigint not null default 0,
    keywords text[] not null default '{}',      -- at most 64; bit n of placement.keywords is entry n + 1
    primary key (tenant_id, mailbox_id),
    unique (tenant_id, account_id, name),
    foreign key (tenant_id, account_id) references mail.account on delete cascade
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- Subscriptions are names: they outlive their mailbox (RFC 9051 §6.3.7).
create table mail.subscription (
    tenant_id bigint not null,
    account_id bigint not null,
    name text not null,
    primary key (tenant_id, account_id, name),
    foreign key (tenant_id, account_id) references mail.account on delete cascade
);

-- Received octets, once per tenant. No reference counts: the foreign key of email, and a job that deletes what nothing references.
create table mail.blob (
    tenant_id bigint not null,
    blob_id bigint not null,
    sha256 bytea not null check (octet_length(sha256) = 32),  -- of the plain octets
    size bigint not null,                       -- plain
    codec smallint not null default 1,          -- 1 zstd
    dictionary integer not null default 0,      -- 0 none; otherwise a numbered one that ships with the release
    key_id bigint,                              -- null: not encrypted
    created_at timestamptz not null default now(),
    primary key (tenant_id, blob_id),
    unique (tenant_id, sha256)
);

create table mail.blob_frame (
    tenant_id bigint not null,
    blob_id bigint not null,
    seq integer not null,
    start bigint not null,                      -- of the frame in the plain octets
    plain_size integer not null check (plain_size between 0 and 262144),
    data bytea not null,
    primary key (tenant_id, blob_id, seq)
);
alter table mail.blob_frame alter column data set storage external;  -- compressed already

-- What a message's octets say, computed once; a pure function of the blob, so one row serves all its recipients.
create table mail.summary (
    tenant_id bigint not null,
    blob_id bigint not null,
    size bigint not null,                       -- of the blob
    header_size bigint not null,
    tree bytea not null,                        -- MIME tree with offsets
    envelope bytea not null,                    -- wire text
    bodystructure bytea not null,               -- wire text
    preview text not null,
    message_id text not null,
    from_text text not null,
    to_text text not null,
    cc_text text not null,
    bcc_text text not null,
    subject text not null,
    base_subject text not null,
    sent_at timestamptz,
    has_attachment boolean not null,
    primary key (tenant_id, blob_id)
);

-- A message as one account received it; immutable. EMAILID, THREADID (RFC 8474).
create table mail.email (
    tenant_id bigint not null,
    email_id bigint not null,
    account_id bigint not null,
    thread_id bigint not null,
    blob_id bigint not null,
    received_at timestamptz not null,
    prefix bytea not null default '',           -- header lines of this recipient, before the blob
    primary key (tenant_id, email_id),
    foreign key (tenant_id, blob_id) references mail.blob
);
create index email_thread on mail.email (tenant_id, account_id, thread_id);
create index email_blob on mail.email (tenant_id, blob_id);

-- An email in a mailbox. Narrow: a change of flags rewrites nothing else.
create table mail.placement (
    tenant_id bigint not null,
    mailbox_id bigint not null,
    uid bigint not null,
    email_id bigint not null,
    modseq bigint not null,
    keywords bigint not null default 0,
    internal_date timestamptz not null,
    size integer not null,                      -- prefix and blob
    system smallint not null default 0,         -- 1 \Answered 2 \Flagged 4 \Deleted 8 \Seen 16 \Draft
    primary key (tenant_id, mailbox_id, uid)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index placement_email on mail.placement (tenant_id, email_id);

-- \Seen of each principal in shared mailboxes and public folders.
create table mail.seen (
    tenant_id bigint not null,
    mailbox_id bigint not null,
    principal_id bigint not null,
    uids bigint[] not null default '{}',        -- first, last, first, last, …
    modseq bigint not null,
    primary key (tenant_id, mailbox_id, principal_id)
);

-- Hashes of message ids with their base subject: which thread an email joins.
create table mail.thread_ref (
    tenant_id bigint not null,
    account_id bigint not null,
    ref bigint not null,
    thread_id bigint not null,
    primary key (tenant_id, account_id, ref)
);

-- One row per operation and mailbox. Time partitions, dropped whole (rotate_log).
create table mail.change_log (
    tenant_id bigint not null,
    account_id bigint not null,
    modseq bigint not null,
    part smallint not null,                     -- within the operation
    mailbox_id bigint not null,
    kind smallint not null,                     -- 1 added 2 flags 3 expunged 4 mailbox made 5 mailbox changed 6 mailbox removed
    uids bigint[] not null default '{}',        -- first, last, first, last, …
    emails bigint[] not null default '{}',      -- of kind 3: emails that are in no mailbox any more
    logged_on date not null default current_date,
    primary key (tenant_id, account_id, modseq, part, logged_on)
) partition by range (logged_on);
create table mail.change_log_rest partition of mail.change_log default;  -- so that a late rotation never refuses mail

-- Effects in other rooms, committed with their cause, done eventually and idempotently by id.
create table mail.outbox (
    tenant_id bigint not null,
    outbox_id uuid not null,
    kind text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    done_at timestamptz,
    primary key (tenant_id, outbox_id)
);
create index outbox_open on mail.outbox (kind, created_at) where done_at is null;

-- Operation ids of APPEND, COPY and MOVE with their results: a repeated one returns the first result.
create table mail.operation (
    tenant_id bigint not null,
    operation_id uuid not null,
    modseq bigint not null default 0,
    uid_validity bigint not null default 0,
    source_uids bigint[] not null default '{}',
    uids bigint[] not null default '{}',
    emails bigint[] not null default '{}',
    created_at timestamptz not null default now(),
    primary key (tenant_id, operation_id)
);

do $$
declare
    t text;
begin
    foreach t in array array['account', 'mailbox', 'subscription', 'blob', 'blob_frame', 'summary', 'email', 'placement', 'seen',
                             'thread_ref', 'change_log', 'outbox', 'operation'] loop
        execute format('alter table mail.%I enable row level security', t);
        execute format('create policy tenant on mail.%I using (tenant_id = nullif(current_setting(''sky.tenant'', true), '''')::bigint)', t);
    end loop;
end $$;

-- The counters of an account and its mailboxes move with every write.
grant select on mail.account to sky_auth, sky_delivery, sky_imap, sky_pop3;
grant update (modseq, used_octets, used_messages, last_uid_validity) on mail.account to sky_delivery, sky_imap, sky_pop3;
grant select on mail.mailbox to sky_delivery, sky_imap, sky_pop3;
grant update (uid_next, modseq, messages, unseen, deleted, octets, keywords) on mail.mailbox to sky_delivery, sky_imap, sky_pop3;
grant insert on mail.change_log to sky_delivery, sky_imap, sky_pop3;
grant select on mail.change_log to sky_imap;
grant select on mail.blob, mail.blob_frame, mail.summary, mail.email, mail.placement to sky_delivery, sky_imap, sky_pop3;
-- New mail: by delivery, and by APPEND. FOR KEY SHARE on a blob asks for the right to update some column.
grant insert on mail.blob, mail.blob_frame, mail.summary, mail.email, mail.placement, mail.thread_ref to sky_delivery, sky_imap;
grant select on mail.thread_ref to sky_delivery, sky_imap;
grant update (key_id) on mail.blob to sky_delivery, sky_imap;
grant select, insert on mail.outbox to sky_delivery, sky_imap;
grant update (done_at) on mail.outbox to sky_delivery;
-- Mailbox names, flags, expunges.
grant insert, delete on mail.mailbox to sky_imap;
grant update (name, selectable, special_use, uid_validity) on mail.mailbox to sky_imap;
grant select, insert, delete on mail.subscription, mail.seen to sky_imap;
grant update on mail.seen to sky_imap;
grant select on mail.subscription to sky_pop3;
grant update (mailbox_id, system, keywords, modseq) on mail.placement to sky_imap;
grant delete on mail.placement, mail.email to sky_imap, sky_pop3;
grant select, insert, update on mail.operation to sky_imap;
