-- imap plans its statements once, without their parameters: for some tenant, then. Most tenants are small, and for one of ten messages the planner
-- would read all that the tenant has, where the largest has millions. So it is told that all rows may be one tenant's (it takes the
-- share of the most common one, if it knows that). Partitions of the change log are made later and need no help.
do $$
declare
    t text;
begin
    foreach t in array array['account', 'mailbox', 'subscription', 'blob', 'blob_frame', 'summary', 'email', 'placement', 'seen', 'thread_ref',
                             'operation', 'pool', 'numbering', 'search_state', 'search_segment', 'search_page', 'metadata', 'deleted',
                             'attachment_text', 'acl'] loop
        execute format('alter table mail.%I alter column tenant_id set (n_distinct = 1)', t);
    end loop;
end $$;
alter table mail.thread_ref alter column account_id set (n_distinct = 1);  -- nor that accounts are small
analyze mail.account, mail.mailbox, mail.blob, mail.blob_frame, mail.summary, mail.email, mail.placement, mail.thread_ref, mail.attachment_text;

-- STORE and EXPUNGE in one call each: as statements, their plans of forty nodes cost more to begin and end than to run.

-- The keywords of a mailbox once it knows these names too; names (distinct but for case) keep their first spelling and their place.
create function mail.keywords_with(known text[], names text[]) returns text[] language sql immutable as $$
    select known || array(select n from unnest(names) with ordinality x (n, place)
                           where not exists (select from unnest(known) k where lower(k) = lower(n)) order by place)
$$;

-- What flags become. mode: 0 adds, 1 removes, 2 replaces; a replacement takes away what `scope` names.
create function mail.new_system(system smallint, mode integer, bits smallint, scope smallint) returns smallint language sql immutable as $$
    select case mode when 0 then system | bits when 1 then system & ~bits else (system & ~scope) | bits end
$$;
create function mail.new_keywords(keywords bigint, mode integer, mask bigint, scope boolean) returns bigint language sql immutable as $$
    select case when mode = 0 then keywords | mask when mode = 1 then keywords & ~mask when scope then mask else keywords end
$$;

-- Rows named by their place: whoever has locked the account knows that no other writer moves them, and no index is walked again for them.
-- The planner takes an array for ten values and most mailboxes are small: left to itself it may read the whole mailbox and compare each row
-- with the array.
create function mail.flag_places(tenant bigint, box bigint, places tid[], mode integer, bits smallint, mask bigint, scope smallint,
                                 scope_keywords boolean, at_modseq bigint)
returns table (uid bigint, email_id bigint, system smallint, keywords bigint, modseq bigint, internal_date timestamptz, size integer,
               saved_at timestamptz, known text[])
language plpgsql set enable_indexscan = off set enable_bitmapscan = off set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
        update mail.placement p set system = mail.new_system(p.system, mode, bits, scope),
               keywords = mail.new_keywords(p.keywords, mode, mask, scope_keywords), modseq = at_modseq
         where p.tenant_id = tenant and p.mailbox_id = box and p.ctid = any (places)
        returning p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at, null::text[];
end $$;
create function mail.delete_places(tenant bigint, box bigint, places tid[])
returns table (uid bigint, email_id bigint, size integer, system smallint, keywords bigint, internal_date timestamptz)
language plpgsql set enable_indexscan = off set enable_bitmapscan = off set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
        delete from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box and p.ctid = any (places)
        returning p.uid, p.email_id, p.size, p.system, p.keywords, p.internal_date;
end $$;

-- The same for these UIDs, each looked up.
create function mail.delete_uids(tenant bigint, box bigint, uids bigint[])
returns table (uid bigint, email_id bigint, size integer, system smallint, keywords bigint, internal_date timestamptz)
language sql as $$
    select * from mail.delete_places(tenant, box, array(
        select p.ctid from unnest(uids) u (uid) cross join lateral
               (select p.ctid from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box and p.uid = u.uid offset 0) p))
$$;

-- Takes the account's row, raises its MODSEQ, and changes flags of the first `most` messages in the ranges (firsts, lasts: ascending), as
-- new_system and new_keywords say for `bits` and the keywords `names`. Only of messages at or below MODSEQ `since` unless that is null.
-- No row: no such account. Else the first row has the new MODSEQ as modseq and the mailbox's keywords as known (null: no such mailbox, more
-- than 64: no room for another; nothing was done), the others the messages as they are now, in any order; those changed have the new MODSEQ.
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
                           mail.new_system(p.system, mode, bits, scope) as new,
                           mail.new_keywords(p.keywords, mode, mask, scope_keywords) as new_keywords
                      from unnest(firsts, lasts) r (first, last)
                     cross join lateral (select p.ctid as place, p.uid, p.system, p.keywords, p.modseq from mail.placement p
                                          where p.tenant_id = tenant and p.mailbox_id = box and p.uid between r.first and r.last
                                          order by p.uid limit most) p
                     order by p.uid limit most) c) n;
    if places is not null then
        if cardinality(places) = 1 then
            return query
                update mail.placement p set system = mail.new_system(p.system, mode, bits, scope),
                       keywords = mail.new_keywords(p.keywords, mode, mask, scope_keywords), modseq = at_modseq
                 where p.tenant_id = tenant and p.mailbox_id = box and p.ctid = places[1]
                returning p.uid, p.email_id, p.system, p.keywords, p.modseq, p.internal_date, p.size, p.saved_at, null::text[];
        else
            return query select * from mail.flag_places(tenant, box, places, mode, bits, mask, scope, scope_keywords, at_modseq);
        end if;
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
-- Removes the first `most` messages in the ranges (firsts, lasts: ascending), or of those the ones marked \Deleted, which are looked for where
-- mailbox.marked says. Emails left in no mailbox can be restored from mail.deleted. The account is locked and its MODSEQ raised already.
-- The UIDs that went, ascending; none where there is no such mailbox.
create function mail.remove_messages(tenant bigint, account bigint, box bigint, firsts bigint[], lasts bigint[], most bigint, only_marked boolean)
returns bigint[]
language plpgsql as $$
#variable_conflict use_column
declare
    at_modseq bigint;
    box_name text;
    known text[];
    marks integer[];
    block integer;
    places tid[] := '{}';
    emails bigint[] := '{}';
    elsewhere bigint[];
    uids bigint[];
    lost_emails bigint[];
    gone_messages bigint;
    gone_octets bigint;
    gone_unseen bigint;
    gone_marked bigint;
begin
    select a.modseq, b.name, b.keywords, b.marked into at_modseq, box_name, known, marks
      from mail.mailbox b join mail.account a on a.tenant_id = b.tenant_id and a.account_id = b.account_id
     where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account;
    if not found then return uids; end if;
    if only_marked then
        for block in select m from unnest(marks) m where m between (firsts[1] - 1) / 256 and (lasts[cardinality(lasts)] - 1) / 256 order by m loop
            select places || array_agg(t.place), emails || array_agg(t.email_id) into places, emails
              from (select p.ctid as place, p.email_id from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box
                       and p.uid between greatest(block::bigint * 256 + 1, firsts[1])
                                     and least(block::bigint * 256 + 256, lasts[cardinality(lasts)])
                       and p.system & 4 <> 0
                       and (cardinality(firsts) = 1
                            or exists (select from unnest(firsts, lasts) r (first, last) where p.uid between r.first and r.last))
                     order by p.uid limit most - cardinality(places)) t;
            exit when cardinality(places) >= most;
        end loop;
    else
        select places || array_agg(t.place), emails || array_agg(t.email_id) into places, emails
          from (select p.place, p.email_id from unnest(firsts, lasts) r (first, last)
                 cross join lateral (select p.ctid as place, p.uid, p.email_id from mail.placement p where p.tenant_id = tenant
                                        and p.mailbox_id = box and p.uid between r.first and r.last order by p.uid limit most) p
                 order by p.uid limit most) t;
    end if;
    if places = '{}' then return uids; end if;

    -- Emails that have more placements than go.
    elsewhere := array(
        select p.email_id from (select o.email_id, 1 as n from (select distinct e from unnest(emails) e) g (email_id) cross join lateral
                                       (select o.email_id from mail.placement o where o.tenant_id = tenant and o.email_id = g.email_id
                                        offset 0) o
                                union all select e, -1 from unnest(emails) e) p
         group by p.email_id having sum(p.n) > 0);
    with gone as materialized (
        select * from mail.delete_places(tenant, box, places)
    ), lost as materialized (
        select g.* from gone g where g.email_id not in (select unnest(elsewhere))
    ), kept as (
        insert into mail.deleted (tenant_id, account_id, mailbox_id, uid, email_id, mailbox, system, keywords, internal_date, size)
        select tenant, account, box, l.uid, l.email_id, box_name, l.system,
               case when l.keywords = 0 then '{}' else mail.keyword_names(known, l.keywords) end, l.internal_date, l.size from lost l
    )
    select array_agg(g.uid order by g.uid), count(*), sum(g.size), count(*) filter (where g.system & 8 = 0),
           count(*) filter (where g.system & 4 <> 0), (select array_agg(distinct l.email_id) from lost l)
      into uids, gone_messages, gone_octets, gone_unseen, gone_marked, lost_emails from gone g;
    update mail.mailbox b
       set modseq = at_modseq, messages = b.messages - gone_messages, octets = b.octets - gone_octets,
           unseen = b.unseen - gone_unseen, deleted = b.deleted - gone_marked,
           marked = case when b.deleted - gone_marked > 0 then b.marked else '{}' end
     where b.tenant_id = tenant and b.mailbox_id = box;
    update mail.account a set used_octets = a.used_octets - gone_octets, used_messages = a.used_messages - gone_messages
     where a.tenant_id = tenant and a.account_id = account;
    insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids, emails)
        values (tenant, account, at_modseq, 0, box, 3,
                case when uids[cardinality(uids)] - uids[1] = cardinality(uids) - 1 then array[uids[1], uids[cardinality(uids)]]
                     else mail.uid_ranges(uids) end, coalesce(lost_emails, '{}'));
    return uids;
end $$;
drop function mail.marked_uids;  -- remove_messages looks itself
revoke execute on function mail.flag_places, mail.delete_places, mail.delete_uids, mail.store_flags, mail.remove_messages from public;
grant execute on function mail.flag_places, mail.delete_uids, mail.store_flags to sky_imap;
grant execute on function mail.delete_places, mail.remove_messages to sky_imap, sky_pop3;
