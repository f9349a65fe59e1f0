-- Schema cal: calendars, address books, their objects and changes. The laws are in README.md; tenant_id comes first in every key.
create schema cal;
grant usage on schema cal to sky_auth, sky_groupware;

-- Ids only; UIDs, MODSEQ and order never come from a sequence.
create sequence cal.collection_id;
grant usage on sequence cal.collection_id to sky_groupware;

-- The one order of all change to an account's calendars; whoever changes anything in them locks this row first.
create table cal.account (
    tenant_id bigint not null,
    account_id bigint not null,                 -- directory.account
    epoch integer not null default 1,           -- of the store: restore and promotion change it
    modseq bigint not null default 1,
    log_floor bigint not null default 0,        -- cal.change is complete above this MODSEQ
    created_at timestamptz not null default now(),
    primary key (tenant_id, account_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

create table cal.collection (
    tenant_id bigint not null,
    collection_id bigint not null,
    account_id bigint not null,                 -- whose it is
    kind smallint not null,                     -- 1 calendar, 2 address book
    slug text not null check (octet_length(slug) between 1 and 255),  -- its name in URLs; never changes
    display_name text not null default '',
    description text not null default '',
    color text not null default '',
    sort_order integer not null default 0,
    timezone text not null default '',          -- an iCalendar object with one VTIMEZONE, or empty
    components smallint not null default 7,     -- 1 VEVENT, 2 VTODO, 4 VJOURNAL: what may be stored
    transparent boolean not null default false, -- does not count for free/busy
    properties jsonb not null default '{}',     -- properties kept for clients: {"{namespace}name": "<xml/>"}
    created_modseq bigint not null,
    modseq bigint not null,                     -- of the newest change to it or anything in it
    created_at timestamptz not null default now(),
    primary key (tenant_id, collection_id),
    unique (tenant_id, account_id, kind, slug),
    foreign key (tenant_id, account_id) references cal.account on delete cascade
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- One calendar object resource (RFC 4791 §4.1) or address object, as its client wrote it.
create table cal.object (
    tenant_id bigint not null,
    collection_id bigint not null,
    name text not null check (octet_length(name) between 1 and 255),  -- last segment of its URL
    uid text not null,
    component smallint not null,                -- 1 VEVENT, 2 VTODO, 4 VJOURNAL, 8 VCARD
    recurring boolean not null default false,
    sequence integer not null default 0,
    title text not null default '',
    starts_at bigint not null,                  -- no instance lies outside these, in seconds of UTC; the bounds of bigint are open
    ends_at bigint not null,
    size integer not null,
    hash bytea not null check (octet_length(hash) = 32),  -- SHA-256 of data
    key_id bigint,                              -- null: not encrypted
    operation_id uuid not null,                 -- the write that made this version; a repeated one finds itself
    created_modseq bigint not null,
    modseq bigint not null,
    created_at timestamptz not null default clock_timestamp(),
    modified_at timestamptz not null default clock_timestamp(),
    data bytea not null,
    primary key (tenant_id, collection_id, name),
    unique (tenant_id, collection_id, uid),
    foreign key (tenant_id, collection_id) references cal.collection on delete cascade
) with (autovacuum_vacuum_scale_factor = 0.05);
alter table cal.object alter column data set compression lz4;
create index object_modseq on cal.object (tenant_id, collection_id, modseq);
create index object_time on cal.object (tenant_id, collection_id, ends_at, starts_at);

-- What is gone. Objects and collections that exist tell their own changes by modseq. Time partitions, dropped whole (cal.rotate_changes).
create table cal.change (
    tenant_id bigint not null,
    account_id bigint not null,
    modseq bigint not null,
    kind smallint not null,                     -- 1 object deleted, 2 collection deleted
    collection_id bigint not null,
    name text not null,                         -- of the object, or the collection's slug
    operation_id uuid not null,
    logged_on date not null default current_date,
    primary key (tenant_id, account_id, modseq, logged_on),
    foreign key (tenant_id, account_id) references cal.account on delete cascade
) partition by range (logged_on);
create table cal.change_rest partition of cal.change default;  -- so that a late rotation never refuses a deletion

-- Who else may use a collection. grantee 0 is everybody of the tenant.
create table cal.share (
    tenant_id bigint not null,
    collection_id bigint not null,
    grantee_account_id bigint not null,
    access smallint not null,                   -- 1 free/busy, 2 read, 3 write, 4 administer
    display_name text not null default '',      -- the grantee's own name and colour for it
    color text not null default '',
    accepted boolean not null default false,
    modseq bigint not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, collection_id, grantee_account_id),
    foreign key (tenant_id, collection_id) references cal.collection on delete cascade
);
create index share_grantee on cal.share (tenant_id, grantee_account_id);

-- Effects in other rooms (an invitation to send), committed with their cause, done eventually and idempotently by id.
create table cal.outbox (
    tenant_id bigint not null,
    outbox_id uuid not null,
    account_id bigint not null,
    kind text not null,
    payload jsonb not null,
    created_at timestamptz not null default now(),
    done_at timestamptz,
    primary key (tenant_id, outbox_id),
    foreign key (tenant_id, account_id) references cal.account on delete cascade
);
create index outbox_open on cal.outbox (kind, created_at) where done_at is null;

-- Makes the partitions of this and the next quarter and drops those that end before `keep_from`, after raising the floor of every account
-- that has rows in them. Run by the owner's upkeep, never by a service.
create function cal.rotate_changes(keep_from date) returns integer language plpgsql as $$
declare
    quarter date := date_trunc('quarter', current_date)::date;
    upper_bound date;
    part record;
    dropped integer := 0;
begin
    for i in 0..1 loop
        if to_regclass(format('cal.change_%s', to_char(quarter, 'YYYYMMDD'))) is null then
            -- Rows that came while the quarter had no partition stand in change_rest; they move.
            create temporary table moving on commit drop as
                select * from cal.change_rest where logged_on >= quarter and logged_on < quarter + interval '3 months';
            delete from cal.change_rest where logged_on >= quarter and logged_on < quarter + interval '3 months';
            execute format('create table cal.change_%s partition of cal.change for values from (%L) to (%L)', to_char(quarter, 'YYYYMMDD'),
                           quarter, (quarter + interval '3 months')::date);
            insert into cal.change select * from moving;
            drop table moving;
        end if;
        quarter := (quarter + interval '3 months')::date;
    end loop;
    for part in select c.oid::regclass as name, to_date(right(c.relname, 8), 'YYYYMMDD') as starts
                from pg_class c join pg_inherits i on i.inhrelid = c.oid
                where i.inhparent = 'cal.change'::regclass and c.relname ~ '^change_\d{8}$' loop
        upper_bound := (part.starts + interval '3 months')::date;
        continue when upper_bound > keep_from;
        execute format('update cal.account a set log_floor = greatest(a.log_floor, d.modseq)
                        from (select tenant_id, account_id, max(modseq) as modseq from %s group by 1, 2) d
                        where a.tenant_id = d.tenant_id and a.account_id = d.account_id', part.name);
        execute format('drop table %s', part.name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;
revoke execute on function cal.rotate_changes(date) from public;
select cal.rotate_changes('-infinity');

do $$
declare
    t text;
begin
    foreach t in array array['account', 'collection', 'object', 'change', 'share', 'outbox'] loop
        execute format('alter table cal.%I enable row level security', t);
        execute format('create policy tenant on cal.%I using (tenant_id = nullif(current_setting(''sky.tenant'', true), '''')::bigint)', t);
    end loop;
end $$;

-- Accounts come and go with the directory's; everything below goes with them.
grant select, insert, delete on cal.account to sky_auth;
grant select, insert on cal.account to sky_groupware;
grant update (modseq) on cal.account to sky_groupware;
grant select, insert, delete on cal.collection to sky_groupware;
grant update (display_name, description, color, sort_order, timezone, transparent, properties, modseq) on cal.collection to sky_groupware;
grant select, insert, delete, update on cal.object to sky_groupware;
grant select, insert on cal.change to sky_groupware;
grant select, insert, delete on cal.share to sky_groupware;
grant update (access, display_name, color, accepted, modseq) on cal.share to sky_groupware;
grant select, insert on cal.outbox to sky_groupware;
grant update (done_at) on cal.outbox to sky_groupware;
