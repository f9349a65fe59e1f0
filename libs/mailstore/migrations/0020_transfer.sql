-- COPY and MOVE within an account in one call, as 0017 has STORE: sent to imap and back, the rows of a thousand messages cost as much as to write
-- them. Takes the account's row and raises its MODSEQ; puts the messages in the ranges (firsts, lasts: ascending) of `from_box` into `to_box`,
-- with new UIDs in the same order and of their flags those in `kept_system` and, if `kept_keywords`, their keywords by name. `reader`: to whom
-- the mailboxes are as mail.seen has it (0019); 0: nobody. The first result of this operation is told again if there was one.
-- outcome: 0 done (no messages: none were there); else, and then too, nothing but the account's MODSEQ was changed: 1 no such account, 2 no such
-- mailbox, 3 the account is full, 4 its share of a pool is used up (`octets` are wanted), 5 no UIDs left, 6 no room for a keyword.
create function mail.transfer_messages(tenant bigint, account bigint, from_box bigint, firsts bigint[], lasts bigint[], to_box bigint,
                                       operation uuid, moves boolean, kept_system smallint, kept_keywords boolean, reader bigint)
returns table (outcome smallint, modseq bigint, uid_validity bigint, old_uids bigint[], new_uids bigint[], emails bigint[], octets bigint)
language plpgsql as $$
#variable_conflict use_variable
declare
    quota bigint;
    used bigint;
    pooled boolean;
    before text[];                  -- keywords of the mailbox they come from
    there text[];                   -- and of the one they go to
    after text[];
    first_uid bigint;
    places tid[];
    flags smallint[];
    bits bigint[];
    dates timestamptz[];
    sizes integer[];
    used_bits bigint;
    was_unseen bigint;
    was_deleted bigint;
    is_unseen bigint;
    is_deleted bigint;
    marks integer[];
    n bigint;
    kept_seen boolean := kept_system & 8 <> 0;
begin
    outcome := 0;
    update mail.account a set modseq = a.modseq + 1 where a.tenant_id = tenant and a.account_id = account
        returning a.modseq, a.quota_octets, a.used_octets, a.pool_id is not null into modseq, quota, used, pooled;
    if not found then outcome := 1; return next; return; end if;
    select o.modseq, o.uid_validity, o.source_uids, o.uids, o.emails into modseq, uid_validity, old_uids, new_uids, emails
      from mail.operation o where o.tenant_id = tenant and o.operation_id = operation;
    if found then return next; return; end if;
    select a.modseq into modseq from mail.account a where a.tenant_id = tenant and a.account_id = account;
    select b.uid_validity, b.uid_next, b.keywords into uid_validity, first_uid, there from mail.mailbox b
     where b.tenant_id = tenant and b.mailbox_id = to_box and b.account_id = account and b.selectable;
    select b.keywords into before from mail.mailbox b where b.tenant_id = tenant and b.mailbox_id = from_box and b.account_id = account;
    if first_uid is null or before is null then outcome := 2; return next; return; end if;

    -- Where others have seen for themselves, what moves keeps the mark of those who are no readers; a copy has none.
    if reader <> 0 then kept_system := case when moves then kept_system | 8 else kept_system & ~8 end; end if;
    select array_agg(p.place), array_agg(p.uid), array_agg(p.email_id), array_agg((p.system & kept_system)::smallint),
           array_agg(case when kept_keywords then p.keywords else 0 end), array_agg(p.internal_date), array_agg(p.size), count(*), sum(p.size),
           case when kept_keywords then bit_or(p.keywords) else 0 end,
           count(*) filter (where p.system & 8 = 0), count(*) filter (where p.system & 4 <> 0),
           count(*) filter (where p.system & kept_system & 8 = 0), count(*) filter (where p.system & kept_system & 4 <> 0)
      into places, old_uids, emails, flags, bits, dates, sizes, n, octets, used_bits, was_unseen, was_deleted, is_unseen, is_deleted
      from (select p.* from unnest(firsts, lasts) r (first, last)
             cross join lateral (select p.ctid as place, p.uid, p.email_id, p.system, p.keywords, p.internal_date, p.size from mail.placement p
                                  where p.tenant_id = tenant and p.mailbox_id = from_box and p.uid between r.first and r.last offset 0) p
             order by p.uid) p;
    if n = 0 then
        select '{}', '{}', 0, 0 into old_uids, emails, octets, modseq;
        new_uids := '{}';
        return next;
        return;
    end if;
    if not moves and used + octets > quota then
        outcome := case when pooled then 4 else 3 end;
    elsif first_uid + n - 1 >= 4294967295 then
        outcome := 5;
    elsif used_bits <> 0 and to_box <> from_box then
        after := mail.keywords_with(there, mail.keyword_names(before, used_bits));
        if cardinality(after) > 64 then outcome := 6; end if;
    end if;
    if outcome <> 0 then return next; return; end if;
    if after is not null then  -- the same names have other bits there
        bits := array(select m.there from unnest(bits) with ordinality u (here, place)
                        join (select d.here, mail.keyword_bits(after, mail.keyword_names(before, d.here)) as there
                                from (select distinct here from unnest(bits) here) d) m on m.here = u.here order by u.place);
    end if;
    new_uids := array(select generate_series(first_uid, first_uid + n - 1));
    if is_deleted > 0 then
        marks := array(select distinct ((u.uid - 1) / 256)::integer from unnest(new_uids, flags) u (uid, system) where u.system & 4 <> 0);
    end if;

    if moves then
        perform from mail.delete_places(tenant, from_box, places);
        update mail.mailbox b
           set modseq = modseq, messages = b.messages - n, octets = b.octets - octets, unseen = b.unseen - was_unseen,
               deleted = b.deleted - was_deleted, marked = case when b.deleted - was_deleted > 0 then b.marked else '{}' end
         where b.tenant_id = tenant and b.mailbox_id = from_box;
        insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids)
            values (tenant, account, modseq, 0, from_box, 3,
                    case when old_uids[n] - old_uids[1] = n - 1 then array[old_uids[1], old_uids[n]] else mail.uid_ranges(old_uids) end);
    else
        update mail.account a set used_octets = a.used_octets + octets, used_messages = a.used_messages + n
         where a.tenant_id = tenant and a.account_id = account;
    end if;
    insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system)
        select tenant, to_box, u.uid, u.email, modseq, u.keywords, u.at, u.size, u.system
          from unnest(new_uids, emails, bits, dates, sizes, flags) u (uid, email, keywords, at, size, system);
    update mail.mailbox b
       set modseq = modseq, messages = b.messages + n, octets = b.octets + octets, unseen = b.unseen + is_unseen, deleted = b.deleted + is_deleted,
           uid_next = b.uid_next + n, keywords = coalesce(after, b.keywords),
           marked = case when is_deleted = 0 then b.marked else mail.marked_with(b.marked, marks, b.deleted + is_deleted) end
     where b.tenant_id = tenant and b.mailbox_id = to_box;
    insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids)
        values (tenant, account, modseq, 1, to_box, 1, array[first_uid, first_uid + n - 1]);
    if moves then
        perform mail.carry_seen(tenant, from_box, to_box, old_uids, new_uids, modseq, 0, case when kept_seen then 0 else reader end);
    elsif reader <> 0 and kept_seen then
        perform mail.carry_seen(tenant, from_box, to_box, old_uids, new_uids, modseq, reader, 0);
    end if;
    insert into mail.operation (tenant_id, operation_id, modseq, uid_validity, source_uids, uids, emails)
        values (tenant, operation, modseq, uid_validity, old_uids, new_uids, emails);
    return next;
end $$;
revoke execute on function mail.transfer_messages from public;
grant execute on function mail.transfer_messages to sky_imap;
