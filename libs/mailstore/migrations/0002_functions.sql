-- Functions of schema mail: accounts for auth (which may touch nothing else here), keywords, UID ranges, upkeep.

-- The tenant of this transaction must be the one asked for; SECURITY DEFINER functions see all rows.
create function mail.require_tenant(tenant bigint) returns void language plpgsql stable as $$
begin
    if tenant is distinct from nullif(current_setting('sky.tenant', true), '')::bigint then
        raise exception 'tenant % is not the tenant of this transaction', tenant using errcode = '42501';
    end if;
end $$;

create function mail.create_account(tenant bigint, account bigint, account_kind smallint, quota bigint) returns void
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    base bigint := nextval('mail.object_id');
    validity bigint := extract(epoch from clock_timestamp())::bigint;
begin
    perform mail.require_tenant(tenant);
    insert into mail.account (tenant_id, account_id, kind, quota_octets, last_uid_validity) values (tenant, account, account_kind, quota, validity);
    insert into mail.mailbox (tenant_id, mailbox_id, account_id, name, special_use, uid_validity, modseq, created_modseq)
        select tenant, base + row, account, box, use, validity, 1, 1
        from (values (0, 'INBOX', 0), (1, 'Drafts', 3), (2, 'Sent', 6), (3, 'Trash', 7), (4, 'Junk', 5), (5, 'Archive', 2)) v (row, box, use)
        where account_kind < 2 or row = 0;
    insert into mail.subscription select tenant_id, account_id, name from mail.mailbox where tenant_id = tenant and account_id = account;
end $$;

create function mail.delete_account(tenant bigint, account bigint) returns boolean
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
    delete from mail.email where tenant_id = tenant and account_id = account;
    delete from mail.thread_ref where tenant_id = tenant and account_id = account;
    delete from mail.change_log where tenant_id = tenant and account_id = account;
    delete from mail.account where tenant_id = tenant and account_id = account;
    return true;
end $$;

create function mail.set_quota(tenant bigint, account bigint, quota bigint) returns boolean
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
begin
    perform mail.require_tenant(tenant);
    update mail.account set quota_octets = quota where tenant_id = tenant and account_id = account;
    return found;
end $$;

revoke execute on function mail.create_account, mail.delete_account, mail.set_quota from public;
grant execute on function mail.create_account, mail.delete_account, mail.set_quota to sky_auth;

-- first, last, first, last, … of ascending UIDs.
create function mail.uid_ranges(uids bigint[]) returns bigint[] language plpgsql immutable as $$
declare
    result bigint[] := '{}';
    first bigint;
    last bigint;
    uid bigint;
begin
    foreach uid in array coalesce(uids, '{}') loop
        if uid = last + 1 then
            last := uid;
        else
            if first is not null then result := result || first || last; end if;
            first := uid;
            last := uid;
        end if;
    end loop;
    if first is not null then result := result || first || last; end if;
    return result;
end $$;

-- The bits of these keyword names (any case) in a mailbox; names without a bit add none.
create function mail.keyword_bits(known text[], names text[]) returns bigint language sql immutable as $$
    select coalesce(bit_or(1::bigint << (n::integer - 1)), 0)
    from unnest(known) with ordinality k (name, n)
    where lower(k.name) = any (select lower(x) from unnest(names) x)
$$;

-- Weekly partitions of the change log, eight weeks ahead.
create function mail.make_log_partitions() returns void
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    monday date := date_trunc('week', current_date)::date;
begin
    for week in 0..8 loop
        begin
            execute format('create table if not exists mail.%I partition of mail.change_log for values from (%L) to (%L)',
                           'change_log_' || to_char(monday + week * 7, 'YYYYMMDD'), monday + week * 7, monday + (week + 1) * 7);
        exception when check_violation then
            null;  -- rows of that week lie in change_log_rest already; they stay there
        end;
    end loop;
end $$;

-- Raises the floor of at most `slice` accounts that have log rows older than `before`; the number raised. Short transactions: the
-- caller repeats until 0, then drops.
create function mail.raise_log_floors(before date, slice integer) returns integer
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    raised integer;
begin
    with old as (
        select l.tenant_id, l.account_id, max(l.modseq) as top from mail.change_log l where l.logged_on < before group by 1, 2
    ), due as (
        select a.tenant_id, a.account_id, o.top from mail.account a join old o using (tenant_id, account_id)
        where a.log_floor < o.top order by 1, 2 limit slice for no key update of a
    )
    update mail.account a set log_floor = due.top from due where a.tenant_id = due.tenant_id and a.account_id = due.account_id;
    get diagnostics raised = row_count;
    return raised;
end $$;

create function mail.drop_log_partitions(before date) returns integer
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    part text;
    dropped integer := 0;
begin
    for part in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'mail.change_log'::regclass and c.relname ~ '^change_log_[0-9]{8}$'
          and to_date(right(c.relname, 8), 'YYYYMMDD') + 7 <= before
    loop
        execute format('drop table mail.%I', part);
        dropped := dropped + 1;
    end loop;
    delete from mail.change_log_rest where logged_on < before;
    return dropped;
end $$;

-- Deletes at most `slice` blobs older than a day that nothing references; whatever table holds a foreign key keeps its blobs.
create function mail.collect_blobs(slice integer) returns bigint
language plpgsql security definer set search_path = mail, pg_temp as $$
declare
    candidate record;
    deleted bigint := 0;
begin
    for candidate in
        select b.tenant_id, b.blob_id from mail.blob b
        where b.created_at < now() - interval '1 day'
          and not exists (select from mail.email e where e.tenant_id = b.tenant_id and e.blob_id = b.blob_id)
        order by b.tenant_id, b.blob_id limit slice for update skip locked
    loop
        begin
            delete from mail.blob where tenant_id = candidate.tenant_id and blob_id = candidate.blob_id;
            delete from mail.blob_frame where tenant_id = candidate.tenant_id and blob_id = candidate.blob_id;
            delete from mail.summary where tenant_id = candidate.tenant_id and blob_id = candidate.blob_id;
            deleted := deleted + 1;
        exception when foreign_key_violation then
            null;  -- the queue still needs it
        end;
    end loop;
    return deleted;
end $$;

create function mail.collect_leftovers() returns void
language plpgsql security definer set search_path = mail, pg_temp as $$
begin
    delete from mail.outbox where done_at < now() - interval '7 days';
    delete from mail.operation where created_at < now() - interval '7 days';
    delete from mail.thread_ref r
        where not exists (select from mail.email e
                          where e.tenant_id = r.tenant_id and e.account_id = r.account_id and e.thread_id = r.thread_id);
end $$;

revoke execute on function mail.make_log_partitions, mail.raise_log_floors, mail.drop_log_partitions, mail.collect_blobs, mail.collect_leftovers from public;
grant execute on function mail.make_log_partitions, mail.raise_log_floors, mail.drop_log_partitions, mail.collect_blobs, mail.collect_leftovers to sky_delivery;

select mail.make_log_partitions();
