-- STORE in one call: what were four statements with a plan of forty nodes cost more to begin and end than to run.

-- The keywords of a mailbox once it knows these names too; names (distinct but for case) keep their first spelling and their place.
create function mail.keywords_with(known text[], names text[]) returns text[] language sql immutable as $$
    select known || array(select n from unnest(names) with ordinality x (n, place)
                           where not exists (select from unnest(known) k where lower(k) = lower(n)) order by place)
$$;

-- Takes the account's row, raises its MODSEQ, and changes flags of the first `most` messages in the ranges (firsts, lasts: ascending).
-- mode: 0 adds, 1 removes, 2 replaces `bits` and the keywords `names`; a replacement takes away what `scope` and scope_keywords name. Only
-- messages at or below MODSEQ `since` unless that is null.
-- No row: no such account. Else the first row has the new MODSEQ as modseq and the mailbox's keywords as known (null: no such mailbox, more
-- than 64: no room for another; nothing was done), the others the messages as they are now, in any order; those changed have the new MODSEQ.
-- The rows to change are named by their place: no other writer moves them while we have the account, and no index is walked twice.
create function mail.store_flags(tenant bigint, account bigint, box bigint, firsts bigint[], lasts bigint[], most bigint, mode integer,
                                 bits smallint, names text[], since bigint, scope smallint, scope_keywords boolean)
returns table (uid bigint, email_id bigint, system smallint, keywords bigint, modseq bigint, internal_date timestamptz, size integer,
               saved_at timestamptz, known text[])
language plpgsql as $$
#variable_conflict use_column
declare
    at_modseq bigint;
    before text[];
    after text[];
    mask bigint := 0;
    messages bigint;
    last_uid bigint;
    places tid[];
    uids bigint[];
    less_seen bigint;
    more_deleted bigint;
    marks integer[];
begin
    update mail.account a set modseq = a.modseq + 1 where a.tenant_id = tenant and a.account_id = account
        returning a.modseq into at_modseq;
    if not found then return; end if;
    select b.keywords into before from mail.mailbox b
     where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account and b.selectable;
    after := case when names = '{}' or mode = 1 then before else mail.keywords_with(before, names) end;
    known := after;
    modseq := at_modseq;
    return next;
    if after is null or cardinality(after) > 64 then return; end if;
    if names <> '{}' then mask := mail.keyword_bits(after, names); end if;
    if after <> before then
        update mail.mailbox b set keywords = after where b.tenant_id = tenant and b.mailbox_id = box;
    end if;

    select count(*), max(n.uid), array_agg(n.place) filter (where n.touched), array_agg(n.uid) filter (where n.touched),
           sum((n.old & 8) / 8 - (n.new & 8) / 8) filter (where n.touched), sum((n.new & 4) / 4 - (n.old & 4) / 4) filter (where n.touched),
           array_agg(distinct ((n.uid - 1) / 256)::integer) filter (where n.touched and n.new & 4 <> 0 and n.old & 4 = 0)
      into messages, last_uid, places, uids, less_seen, more_deleted, marks
      from (select c.*, c.allowed and (c.old <> c.new or c.old_keywords <> c.new_keywords) as touched
              from (select p.place, p.uid, p.system as old, p.keywords as old_keywords, since is null or p.modseq <= since as allowed,
                           case mode when 0 then p.system | bits when 1 then p.system & ~bits else (p.system & ~scope) | bits end as new,
                           case when mode = 0 then p.keywords | mask when mode = 1 then p.keywords & ~mask when scope_keywords then mask
                                else p.keywords end as new_keywords
                      from unnest(firsts, lasts) r (first, last)
                     cross join lateral (select p.ctid as place, p.uid, p.system, p.keywords, p.modseq from mail.placement p
                                          where p.tenant_id = tenant and p.mailbox_id = box and p.uid between r.first and r.last
                                          order by p.uid limit most) p
                     order by p.uid limit most) c) n;
    if places is not null then
        return query
            update mail.placement p
               set system = case mode when 0 then p.system | bits when 1 then p.system & ~bits else (p.system & ~scope) | bits end,
                   keywords = case when mode = 0 then p.keywords | mask when mode = 1 then p.keywords & ~mask when scope_keywords then mask
                                   else p.keywords end,
                   modseq = at_modseq
             where p.tenant_id = tenant and p.mailbox_id = box and p.ctid = any (places)
            returning p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at, null::text[];
        update mail.mailbox b
           set modseq = at_modseq, unseen = b.unseen + less_seen, deleted = b.deleted + more_deleted,
               marked = case when more_deleted = 0 and marks is null then b.marked
                             else mail.marked_with(b.marked, marks, b.deleted + more_deleted) end
         where b.tenant_id = tenant and b.mailbox_id = box;
        insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids)
            values (tenant, account, at_modseq, 0, box, 2,
                    case when uids[cardinality(uids)] - uids[1] = cardinality(uids) - 1 then array[uids[1], uids[cardinality(uids)]]
                         else mail.uid_ranges(uids) end);
    end if;
    if messages > coalesce(cardinality(places), 0) then
        return query
            select p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at, null::text[]
              from unnest(firsts, lasts) r (first, last)
             cross join lateral (select p.* from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box
                                    and p.uid between r.first and least(r.last, last_uid) and p.modseq <> at_modseq offset 0) p;
    end if;
end $$;
revoke execute on function mail.store_flags from public;
grant execute on function mail.store_flags to sky_imap;
