-- The full-text index (docs/adr/0005): which emails of an account may hold a text. Rebuilt from the messages whenever it is lost. Read by
-- primary key alone, so that row-level security costs it nothing.
create table mail.search_state (
    tenant_id bigint not null,
    account_id bigint not null,
    modseq bigint not null default 0,           -- what the change log added up to here has been indexed; 0: nothing yet
    lease bigint not null default 0,            -- rises with each indexer that takes the account; only the newest may write
    leased_until timestamptz,
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references mail.account on delete cascade
);

-- Immutable: small ones are merged into large ones, in one transaction.
create table mail.search_segment (
    tenant_id bigint not null,
    account_id bigint not null,
    segment_id bigint not null,
    document_count integer not null,
    pages integer not null,                     -- a power of two
    first_email bigint not null,
    last_email bigint not null,
    documents bytea not null,                   -- ids of emails
    primary key (tenant_id, account_id, segment_id),
    foreign key (tenant_id, account_id) references mail.account on delete cascade
);

create table mail.search_page (
    tenant_id bigint not null,
    account_id bigint not null,
    segment_id bigint not null,
    page integer not null,
    data bytea not null,
    primary key (tenant_id, account_id, segment_id, page),
    foreign key (tenant_id, account_id, segment_id) references mail.search_segment on delete cascade
);
alter table mail.search_segment alter column documents set storage external;
alter table mail.search_page alter column data set storage external;  -- compressed already

do $$
declare
    t text;
begin
    foreach t in array array['search_state', 'search_segment', 'search_page'] loop
        execute format('alter table mail.%I enable row level security', t);
        execute format('create policy tenant on mail.%I using (tenant_id = nullif(current_setting(''sky.tenant'', true), '''')::bigint)', t);
    end loop;
end $$;
grant select, insert, delete on mail.search_state, mail.search_segment, mail.search_page to sky_delivery;
grant update on mail.search_state to sky_delivery;
grant select on mail.search_segment, mail.search_page to sky_imap;
grant select on mail.change_log to sky_delivery;

-- Accounts of all tenants in which something happened since they were indexed, and that nobody is indexing.
create function mail.unindexed_accounts(slice integer) returns table (tenant_id bigint, account_id bigint)
language sql stable security definer set search_path = mail, pg_temp as $$
    select a.tenant_id, a.account_id from mail.account a left join mail.search_state s using (tenant_id, account_id)
     where a.used_messages > 0 and a.modseq > coalesce(s.modseq, 0) and (s.leased_until is null or s.leased_until < now())
     order by coalesce(s.modseq, 0) > 0 desc, a.tenant_id, a.account_id limit slice
$$;
revoke execute on function mail.unindexed_accounts from public;
grant execute on function mail.unindexed_accounts to sky_delivery;
