-- Where everyone has a \Seen of his own (docs/adr/0007), mail.seen has it, for each reader; placement.system has that of those who are no such
-- readers. Nobody wrote the table before. The UIDs may name messages that are gone: none is given twice.
alter table mail.seen alter column uids drop default;
alter table mail.seen alter column uids type int8multirange using '{}'::int8multirange;
alter table mail.seen alter column uids set default '{}';
create index seen_by_principal on mail.seen (tenant_id, principal_id);

-- The system flags as a reader has them, `seen` being the UIDs that he has seen.
create function mail.flags_of_reader(system smallint, seen int8multirange, uid bigint) returns smallint language sql immutable as $$
    select ((system & ~8) | case when seen @> uid then 8 else 0 end)::smallint
$$;

create function mail.uid_multirange(uids bigint[]) returns int8multirange language sql immutable as $$
    select coalesce(range_agg(int8range(u, u, '[]')), '{}') from unnest(uids) u
$$;

-- A reader has seen these messages too, which are new at this MODSEQ.
create function mail.add_seen(tenant bigint, box bigint, reader bigint, new_uids bigint[], at_modseq bigint) returns void language sql as $$
    insert into mail.seen as s (tenant_id, mailbox_id, principal_id, uids, modseq)
        values (tenant, box, reader, mail.uid_multirange(new_uids), at_modseq)
        on conflict (tenant_id, mailbox_id, principal_id) do update set uids = s.uids + excluded.uids, modseq = excluded.modseq
$$;

-- What reader `of_whom` (0: whoever) had seen has been seen where it is now, in another mailbox of the account; not by reader `but_not`.
create function mail.carry_seen(tenant bigint, from_box bigint, to_box bigint, old_uids bigint[], new_uids bigint[], at_modseq bigint,
                                of_whom bigint, but_not bigint) returns void language sql as $$
    insert into mail.seen as s (tenant_id, mailbox_id, principal_id, uids, modseq)
        select tenant, to_box, o.principal_id, range_agg(int8range(m.new_uid, m.new_uid, '[]')), at_modseq
          from (select x.principal_id, x.uids + '{}' as uids from mail.seen x where x.tenant_id = tenant and x.mailbox_id = from_box
                   and (of_whom = 0 or x.principal_id = of_whom) and x.principal_id <> but_not offset 0) o
          join unnest(old_uids, new_uids) m (old_uid, new_uid) on o.uids @> m.old_uid
         group by o.principal_id
        on conflict (tenant_id, mailbox_id, principal_id) do update set uids = s.uids + excluded.uids, modseq = excluded.modseq
$$;

-- mail.store_flags for a reader: the same, but for \Seen, which he sets and clears for himself. That is a change of the message like any
-- other: it has a new MODSEQ, and the log names it.
create function mail.store_flags_of_reader(tenant bigint, account bigint, box bigint, reader bigint, firsts bigint[], lasts bigint[],
                                           most bigint, mode integer, bits smallint, names text[], since bigint, scope smallint,
                                           scope_keywords boolean)
returns table (uid bigint, email_id bigint, system smallint, keywords bigint, modseq bigint, internal_date timestamptz, size integer,
               saved_at timestamptz, known text[])
language plpgsql as $$
#variable_conflict use_column
declare
    at_modseq bigint;
    may boolean;
    meant bigint[];
    those int8multirange;
    before int8multirange;
    after int8multirange;
    turned int8multirange := '{}';
begin
    -- Taken as store_flags() takes it below.
    select a.modseq + 1 into at_modseq from mail.account a where a.tenant_id = tenant and a.account_id = account for no key update;
    if not found then return; end if;
    select names = '{}' or mode = 1 or cardinality(mail.keywords_with(b.keywords, names)) <= 64 into may from mail.mailbox b
     where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account and b.selectable;
    select s.uids into before from mail.seen s where s.tenant_id = tenant and s.mailbox_id = box and s.principal_id = reader;
    before := coalesce(before + '{}', '{}');  -- whole, not to be unpacked for each message
    select array_agg(m.uid order by m.uid) filter (where since is null or m.modseq <= since) into meant
      from (select p.uid, p.modseq from unnest(firsts, lasts) r (first, last)
             cross join lateral (select p.uid, p.modseq from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box
                                    and p.uid between r.first and r.last order by p.uid limit most) p
             order by p.uid limit most) m;
    those := mail.uid_multirange(meant);
    after := case when bits & 8 <> 0 and mode <> 1 then before + those
                  when (mode = 1 and bits & 8 <> 0) or (mode = 2 and scope & 8 <> 0) then before - those
                  else before end;
    if may then turned := (after - before) + (before - after); end if;
    return query
        select s.uid, s.email_id, mail.flags_of_reader(s.system, after, s.uid), s.keywords,
               case when turned @> s.uid then at_modseq else s.modseq end, s.internal_date, s.size, s.saved_at, s.known
          from mail.store_flags(tenant, account, box, firsts, lasts, most, mode, (bits & ~8)::smallint, names, since, (scope & ~8)::smallint,
                                scope_keywords) s;
    if isempty(turned) then return; end if;
    -- Of each UID by itself: the planner would take an array for the mailbox.
    update mail.placement p set modseq = at_modseq
      from (select p.ctid as place from unnest(meant) u (uid) cross join lateral
                   (select p.ctid, p.modseq from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box and p.uid = u.uid offset 0) p
             where turned @> u.uid and p.modseq <> at_modseq) t
     where p.tenant_id = tenant and p.mailbox_id = box and p.ctid = t.place;
    insert into mail.seen as s (tenant_id, mailbox_id, principal_id, uids, modseq) values (tenant, box, reader, after, at_modseq)
        on conflict (tenant_id, mailbox_id, principal_id) do update set uids = excluded.uids, modseq = excluded.modseq;
    update mail.mailbox b set modseq = at_modseq where b.tenant_id = tenant and b.mailbox_id = box;
    insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids)
        values (tenant, account, at_modseq, 1, box, 2,
                array(select v from unnest(turned) r cross join lateral unnest(array[lower(r), upper(r) - 1]) v order by v));
end $$;

-- What somebody has seen goes with him.
create or replace function mail.forget_grantee() returns trigger language plpgsql security definer set search_path = mail, pg_temp as $$
begin
    delete from mail.acl where tenant_id = old.tenant_id and grantee_kind = 1 and grantee_id = old.account_id;
    delete from mail.seen where tenant_id = old.tenant_id and principal_id = old.account_id;
    return old;
end $$;

revoke execute on function mail.flags_of_reader, mail.uid_multirange, mail.add_seen, mail.carry_seen, mail.store_flags_of_reader from public;
grant execute on function mail.flags_of_reader, mail.uid_multirange, mail.add_seen, mail.carry_seen, mail.store_flags_of_reader to sky_imap;
