-- Messages that were expunged from their last mailbox, recoverable for the days that the account's plan says (docs/adr/0006). Their emails
-- stay in mail.email until purge_deleted; they count against no quota.
create table mail.deleted (
    tenant_id bigint not null,
    account_id bigint not null,
    deleted_at timestamptz not null default now(),
    mailbox_id bigint not null,                 -- that it was in; perhaps no more
    uid bigint not null,                        -- that it had there; never given again
    email_id bigint not null,
    mailbox text not null,                      -- the mailbox's name then
    system smallint not null,
    keywords text[] not null,
    internal_date timestamptz not null,
    size integer not null,
    primary key (tenant_id, account_id, deleted_at, mailbox_id, uid)
);
create index deleted_email on mail.deleted (tenant_id, email_id);
alter table mail.deleted enable row level security;
create policy tenant on mail.deleted using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant insert on mail.deleted to sky_imap, sky_pop3;

-- The names of these bits; keyword_bits the other way.
create function mail.keyword_names(known text[], bits bigint) returns text[] language sql immutable as $$
    select coalesce(array_agg(k.name order by k.n) filter (where bits >> (k.n::integer - 1) & 1 = 1), '{}')
    from unnest(known) with ordinality k (name, n)
$$;

-- The newest first, below (from_time, from_mailbox, from_uid).
create function mail.list_deleted(tenant bigint, account bigint, from_time timestamptz, from_mailbox bigint, from_uid bigint, most integer)
returns table (mailbox_id bigint, uid bigint, mailbox text, subject text, sender text, internal_date timestamptz, size bigint,
               deleted_at timestamptz)
language plpgsql stable security definer set search_path = mail, pg_temp as $$
#variable_conflict use_column
begin
    perform mail.require_tenant(tenant);
    return query
        select d.mailbox_id, d.uid, d.mailbox, s.subject, s.from_text, d.internal_date, d.size::bigint, d.deleted_at
          from mail.deleted d join mail.email e on e.tenant_id = d.tenant_id and e.email_id = d.email_id
          join mail.summary s on s.tenant_id = e.tenant_id and s.blob_id = e.blob_id
         where d.tenant_id = tenant and d.account_id = account
           and (d.deleted_at, d.mailbox_id, d.uid) < (from_time, from_mailbox, from_uid)
         order by d.deleted_at desc, d.mailbox_id desc, d.uid desc limit most;
end $$;

-- Puts back what was deleted: those of (boxes, uids) if any are named, of that mailbox's name and deleted since then if given; the oldest
-- `most` of them. Into the mailbox that each was in, else the one that has its name now, else INBOX, with a new UID and without \Deleted.
-- No row: no such account. fits false: the quota has no room for them, and nothing was done.
create function mail.restore_deleted(tenant bigint, account bigint, boxes bigint[], uids bigint[], of_name text, since timestamptz,
                                     most integer)
returns table (restored bigint, remaining bigint, at_modseq bigint, fits boolean)
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
declare
    mine mail.account;
    wanted bigint;
begin
    perform mail.require_tenant(tenant);
    update mail.account a set modseq = a.modseq + 1 where a.tenant_id = tenant and a.account_id = account returning a.* into mine;
    if not found then return; end if;
    create temporary table matching on commit drop as
        select d.* from mail.deleted d where d.tenant_id = tenant and d.account_id = account
           and (cardinality(boxes) = 0 or (d.mailbox_id, d.uid) in (select w.box, w.id from unnest(boxes, uids) w (box, id)))
           and (of_name is null or d.mailbox = of_name) and (since is null or d.deleted_at >= since);
    create temporary table restoring on commit drop as
        select m.*, row_number() over (partition by m.target order by m.internal_date, m.mailbox_id, m.uid) as place
          from (select d.*, coalesce(same.mailbox_id, named.mailbox_id, inbox.mailbox_id) as target from matching d
                  left join mail.mailbox same on same.tenant_id = tenant and same.mailbox_id = d.mailbox_id and same.account_id = account
                       and same.selectable
                  left join mail.mailbox named on named.tenant_id = tenant and named.account_id = account and named.name = d.mailbox
                       and named.selectable
                  join mail.mailbox inbox on inbox.tenant_id = tenant and inbox.account_id = account and inbox.name = 'INBOX'
                 order by d.deleted_at, d.mailbox_id, d.uid limit most) m;
    restored := (select count(*) from restoring);
    remaining := (select count(*) from matching) - restored;
    at_modseq := mine.modseq;
    wanted := mine.used_octets + (select coalesce(sum(r.size), 0) from restoring r);
    if mine.pool_id is not null and wanted > mine.quota_octets then
        perform from mail.draw(tenant, array[account], array[wanted]);
        mine.quota_octets := (select a.quota_octets from mail.account a where a.tenant_id = tenant and a.account_id = account);
    end if;
    fits := coalesce(wanted <= mine.quota_octets, true);
    if fits and restored > 0 then
        update mail.mailbox b set keywords = (b.keywords || n.names)[1:64]
          from (select k.target, array_agg(k.name order by k.name) as names
                  from (select distinct on (r.target, lower(u.name)) r.target, u.name from restoring r
                          cross join unnest(r.keywords) u (name) order by r.target, lower(u.name), u.name) k
                  join mail.mailbox o on o.tenant_id = tenant and o.mailbox_id = k.target
                 where lower(k.name) not in (select lower(x) from unnest(o.keywords) x) group by k.target) n
         where b.tenant_id = tenant and b.mailbox_id = n.target;
        insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system)
            select tenant, r.target, b.uid_next + r.place - 1, r.email_id, mine.modseq,
                   case when r.keywords = '{}' then 0 else mail.keyword_bits(b.keywords, r.keywords) end, r.internal_date, r.size,
                   r.system & ~4::smallint
              from restoring r join mail.mailbox b on b.tenant_id = tenant and b.mailbox_id = r.target;
        insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids)
            select tenant, account, mine.modseq, row_number() over (order by t.target) - 1, t.target, 1,
                   array[b.uid_next, b.uid_next + t.messages - 1]
              from (select r.target, count(*) as messages from restoring r group by r.target) t
              join mail.mailbox b on b.tenant_id = tenant and b.mailbox_id = t.target;
        update mail.mailbox b set uid_next = b.uid_next + t.messages, modseq = mine.modseq, messages = b.messages + t.messages,
               unseen = b.unseen + t.unseen, octets = b.octets + t.octets
          from (select r.target, count(*) as messages, count(*) filter (where r.system & 8 = 0) as unseen, sum(r.size) as octets
                  from restoring r group by r.target) t
         where b.tenant_id = tenant and b.mailbox_id = t.target;
        update mail.account a set used_octets = wanted, used_messages = a.used_messages + restored
         where a.tenant_id = tenant and a.account_id = account;
        delete from mail.deleted d using restoring r where d.tenant_id = tenant and d.account_id = account
           and d.deleted_at = r.deleted_at and d.mailbox_id = r.mailbox_id and d.uid = r.uid;
    end if;
    drop table restoring, matching;
    return next;
end $$;

-- Removes at most `slice` messages whose days are over, and the emails that nothing has any more; the number removed. Takes the account's
-- row like every writer, so that nothing is restored from under it; accounts that others have are for the next time.
create function mail.purge_deleted(slice integer) returns bigint
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    due record;
    emails bigint[];
    purged bigint := 0;
begin
    for due in
        select a.tenant_id, a.account_id, now() - make_interval(days => a.retention_days) as before from mail.account a
         where a.retention_days is not null and exists (
               select from mail.deleted d where d.tenant_id = a.tenant_id and d.account_id = a.account_id
                  and d.deleted_at < now() - make_interval(days => a.retention_days))
         order by a.tenant_id, a.account_id limit 100 for no key update of a skip locked
    loop
        exit when purged >= slice;
        with old as (
            select d.deleted_at, d.mailbox_id, d.uid from mail.deleted d
             where d.tenant_id = due.tenant_id and d.account_id = due.account_id and d.deleted_at < due.before
             order by d.deleted_at, d.mailbox_id, d.uid limit slice - purged
        ), gone as (
            delete from mail.deleted d using old where d.tenant_id = due.tenant_id and d.account_id = due.account_id
               and d.deleted_at = old.deleted_at and d.mailbox_id = old.mailbox_id and d.uid = old.uid returning d.email_id
        )
        select array_agg(g.email_id) into emails from gone g;
        purged := purged + cardinality(emails);
        delete from mail.email e where e.tenant_id = due.tenant_id and e.email_id = any (emails)
           and not exists (select from mail.placement p where p.tenant_id = e.tenant_id and p.email_id = e.email_id)
           and not exists (select from mail.deleted d where d.tenant_id = e.tenant_id and d.email_id = e.email_id);
    end loop;
    return purged;
end $$;

-- An account that is removed takes what was deleted with it: that is how mail is destroyed on purpose.
create or replace function mail.delete_account(tenant bigint, account bigint) returns boolean
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
declare
    boxes bigint[];
begin
    perform mail.require_tenant(tenant);
    perform from mail.account where tenant_id = tenant and account_id = account for update;
    if not found then return false; end if;
    boxes := array(select mailbox_id from mail.mailbox where tenant_id = tenant and account_id = account);
    delete from mail.placement where tenant_id = tenant and mailbox_id = any (boxes);
    delete from mail.seen where tenant_id = tenant and mailbox_id = any (boxes);
    delete from mail.deleted where tenant_id = tenant and account_id = account;
    delete from mail.email where tenant_id = tenant and account_id = account;
    delete from mail.thread_ref where tenant_id = tenant and account_id = account;
    delete from mail.change_log where tenant_id = tenant and account_id = account;
    delete from mail.account where tenant_id = tenant and account_id = account;
    return true;
end $$;

-- One that moves takes it along: the function as it stands, with a step more.
do $$
begin
    execute replace(pg_get_functiondef('mail.move_account'::regproc), 'drop table moving_blob;',
        'insert into mail.deleted select to_tenant, account_id, deleted_at, mailbox_id, uid, email_id, mailbox, system, keywords,
           internal_date, size from mail.deleted where tenant_id = from_tenant and account_id = account;
         drop table moving_blob;');
end $$;

revoke execute on function mail.list_deleted, mail.restore_deleted, mail.purge_deleted from public;
grant execute on function mail.list_deleted, mail.restore_deleted to sky_auth;
grant execute on function mail.purge_deleted to sky_delivery;
