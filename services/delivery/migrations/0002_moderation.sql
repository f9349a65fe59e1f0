-- Mail to moderated groups is held until somebody decides; shared mailboxes keep copies of what is sent in their name.

-- moderation: nobody has decided yet. approved, rejected: somebody has. decision: a moderator's word on its way. sent: a copy for the folder
-- of sent mail.
alter table queue.recipient drop constraint recipient_route_check, drop constraint recipient_state_check;
alter table queue.recipient
    add check (route in ('remote', 'local', 'unresolved', 'moderation', 'approved', 'rejected', 'decision', 'sent')),
    add check (state in ('waiting', 'claimed', 'quarantined', 'moderation')),
    add check (state <> 'moderation' or route = 'moderation');
create index recipient_held on queue.recipient (expires_at) where state = 'moderation';

-- Outcome 'held' exactly while queue.recipient has the row with route moderation, and is not 'quarantined'.
alter table queue.ingest_recipient drop constraint ingest_recipient_outcome_check;
alter table queue.ingest_recipient add check
    (outcome in ('delivered', 'queued', 'held', 'relayed', 'bounced', 'quarantined', 'discarded', 'removed'));

-- What moderators were asked, and who decided what; kept as long as the ledger's row.
create table queue.moderation (
    tenant_id     bigint not null,
    ingest_id     uuid not null,
    position      integer not null,
    group_address text not null,
    token_digest  text not null default '',                -- of the token in the moderators' addresses; empty: not asked by mail
    asked_at      timestamptz not null default now(),
    decision      text not null default '' check (decision in ('', 'approved', 'rejected')),
    decided_by    text not null default '',
    note          text not null default '',
    decided_at    timestamptz,
    primary key (tenant_id, ingest_id, position),
    foreign key (tenant_id, ingest_id, position) references queue.ingest_recipient (tenant_id, ingest_id, position) on delete cascade
);
create index moderation_by_token on queue.moderation (token_digest) where token_digest <> '';

alter table queue.moderation enable row level security;
create policy tenant on queue.moderation using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
create policy workers on queue.moderation to sky_delivery using (true) with check (true);
grant select, insert, update, delete on queue.moderation to sky_delivery;
