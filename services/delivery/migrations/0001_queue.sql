-- Schema queue: what delivery has taken responsibility for, and how each recipient ended. Owned by services/delivery.
create schema queue;
grant usage on schema queue to sky_delivery;

-- The ledger's head: one row a submission that we answered 250. Written in the same transaction as its effects.
create table queue.ingest (
    tenant_id       bigint not null,
    ingest_id       uuid not null,                         -- smtp's UUIDv7; the same id again delivers nothing again
    fingerprint     bytea not null,                        -- SHA-256 of envelope, Message-ID and content
    state           text not null default 'unconfirmed' check (state in ('unconfirmed', 'confirmed')),
    sender          text not null,                         -- reverse-path without brackets; empty for <>
    message_id      text not null,
    size            bigint not null,
    received_at     timestamptz not null,                  -- when smtp had the last octet
    committed_at    timestamptz not null default now(),
    account_id      bigint not null default 0,             -- who submitted; 0: not authenticated
    remote_address  text not null default '',
    helo            text not null default '',
    protocol        text not null default '',
    traceparent     text not null default '',
    primary key (tenant_id, ingest_id)
) with (fillfactor = 90);
-- Only what the sender may repeat is looked up by fingerprint.
create index ingest_unconfirmed on queue.ingest (tenant_id, fingerprint) where state = 'unconfirmed';
create index ingest_by_message_id on queue.ingest (tenant_id, message_id) where message_id <> '';
create index ingest_by_age on queue.ingest (committed_at);

-- The ledger: every accepted recipient, and its one end. Conservation law: outcome is 'queued' exactly while queue.recipient has the row in
-- state waiting or claimed, and 'quarantined' exactly while it has it in that state.
create table queue.ingest_recipient (
    tenant_id   bigint not null,
    ingest_id   uuid not null,
    position    integer not null,                          -- of the recipient in the envelope, from 0
    recipient   text not null,
    account_id  bigint not null default 0,                 -- 0: not here
    outcome     text not null check (outcome in ('delivered', 'queued', 'relayed', 'bounced', 'quarantined', 'discarded', 'removed')),
    detail      text not null default '',                  -- the next hop's words, or why
    mailbox_id  bigint,                                    -- where it was placed, in this tenant
    uid         bigint,
    at          timestamptz not null default now(),
    primary key (tenant_id, ingest_id, position),
    foreign key (tenant_id, ingest_id) references queue.ingest (tenant_id, ingest_id) on delete cascade
) with (fillfactor = 90);
create index ingest_recipient_by_address on queue.ingest_recipient (tenant_id, recipient, at);

-- A message that some recipient still waits for. Its octets are the tenant's blob.
create table queue.message (
    tenant_id   bigint not null,
    queue_id    bigint not null,                           -- an object id of schema mail
    ingest_id   uuid not null,
    blob_id     bigint not null,
    sender      text not null,
    message_id  text not null default '',
    size        bigint not null,
    queued_at   timestamptz not null default now(),
    primary key (tenant_id, queue_id),
    unique (tenant_id, ingest_id),
    foreign key (tenant_id, ingest_id) references queue.ingest (tenant_id, ingest_id),
    foreign key (tenant_id, blob_id) references mail.blob (tenant_id, blob_id)
);
create index message_by_blob on queue.message (tenant_id, blob_id);

create table queue.recipient (
    tenant_id        bigint not null,
    queue_id         bigint not null,
    position         integer not null,                     -- as in ingest_recipient
    recipient        text not null,
    original         text not null default '',             -- RFC 3461 ORCPT
    route            text not null check (route in ('remote', 'local', 'unresolved')),
    target_tenant_id bigint not null default 0,            -- of a local route
    account_id       bigint not null default 0,
    state            text not null default 'waiting' check (state in ('waiting', 'claimed', 'quarantined')),
    due_at           timestamptz not null,
    expires_at       timestamptz not null,
    attempts         integer not null default 0,           -- counted when claimed, before any work
    crashes          integer not null default 0,           -- claims in a row whose worker never came back
    claimed_by       uuid,
    claim_epoch      bigint not null default 0,            -- the fence: only the newest claim may finish
    lease_until      timestamptz,                          -- a hint; the epoch decides
    last_reply       text not null default '',
    primary key (tenant_id, queue_id, position),
    foreign key (tenant_id, queue_id) references queue.message (tenant_id, queue_id)
) with (fillfactor = 70);
create index recipient_due on queue.recipient (due_at) where state = 'waiting';
create index recipient_lease on queue.recipient (lease_until) where state = 'claimed';

-- What other tenants' queues delivered here, once: the receiving side's proof for an at-least-once sender.
create table queue.transfer (
    tenant_id         bigint not null,                     -- the receiving tenant
    ingest_id         uuid not null,
    position          integer not null,
    account_id        bigint not null,
    origin_tenant_id  bigint not null,
    recipient         text not null,
    mailbox_id        bigint not null,
    uid               bigint not null,
    at                timestamptz not null default now(),
    primary key (tenant_id, ingest_id, position, account_id)
);
create index transfer_by_age on queue.transfer (at);

-- The wall between tenants. Delivery's workers look for due work in all tenants, so its role has a policy of its own.
do $$
declare
    name text;
begin
    foreach name in array array['ingest', 'ingest_recipient', 'message', 'recipient', 'transfer'] loop
        execute format('alter table queue.%I enable row level security', name);
        execute format($p$create policy tenant on queue.%I using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint)$p$, name);
        execute format('create policy workers on queue.%I to sky_delivery using (true) with check (true)', name);
        execute format('grant select, insert, update, delete on queue.%I to sky_delivery', name);
    end loop;
end
$$;
