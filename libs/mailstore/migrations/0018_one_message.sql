-- APPEND of one message of one frame in one call, as 0017 has it for STORE. Takes the account's row, raises its MODSEQ, gives the next UID in the
-- mailbox, and writes all rows of the message; the mailbox must have the name `box_name` unless that is null. Octets that the tenant has
-- already are not stored again. `refs`: mail.thread_ref of its message ids, oldest first. `names`: its keywords, distinct but for case.
-- Fails, with nothing done, when it waited for the account for more than `patience` ms: its caller has given up, and its COMMIT is on the way.
-- outcome: 0 done; else nothing but the MODSEQ was changed: 1 no such account, 2 no such mailbox, 3 the mailbox is full, 4 its share of a pool
-- is used up, 5 no UIDs left, 6 no room for a keyword.
create function mail.append_message(tenant bigint, account bigint, box bigint, box_name text, operation uuid, new_blob bigint, hash bytea,
                                    frame bytea, octets bigint, header_octets bigint, tree bytea, envelope bytea, bodystructure bytea,
                                    preview text, message_id text, from_text text, to_text text, cc_text text, bcc_text text, subject text,
                                    base_subject text, sent timestamptz, has_attachment boolean, email bigint, received timestamptz,
                                    sort_from text, sort_to text, sort_cc text, display_from text, display_to text, sort_subject text,
                                    is_reply boolean, message_ref bigint, parent_refs bytea, sent_offset smallint, refs bigint[],
                                    flags smallint, names text[], patience bigint)
returns table (outcome smallint, uid bigint, uid_validity bigint, modseq bigint)
language plpgsql as $$
#variable_conflict use_variable
declare
    full_pool boolean;
    known text[];
    bits bigint := 0;
    blob bigint;
    is_new boolean := false;
    thread bigint;
    less_seen integer := case when flags & 8 = 0 then 1 else 0 end;
    more_deleted integer := case when flags & 4 <> 0 then 1 else 0 end;
begin
    update mail.account a set modseq = a.modseq + 1, used_octets = a.used_octets + octets, used_messages = a.used_messages + 1
     where a.tenant_id = tenant and a.account_id = account and (a.quota_octets is null or a.used_octets + octets <= a.quota_octets)
        returning a.modseq into modseq;
    if not found then
        select a.pool_id is not null into full_pool from mail.account a where a.tenant_id = tenant and a.account_id = account;
        outcome := case full_pool when true then 4 when false then 3 else 1 end;
        if outcome <> 1 and not exists (select from mail.mailbox b where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account
                                           and b.selectable and (box_name is null or b.name = box_name)) then
            outcome := 2;
        end if;
        return next;
        return;
    end if;
    if clock_timestamp() > statement_timestamp() + patience * interval '1 millisecond' then
        raise exception 'the account was locked for too long' using errcode = 'lock_not_available';
    end if;
    if names <> '{}' then
        select mail.keywords_with(b.keywords, names) into known from mail.mailbox b where b.tenant_id = tenant and b.mailbox_id = box;
        bits := mail.keyword_bits(known, names);
    end if;
    update mail.mailbox b
       set uid_next = b.uid_next + 1, modseq = modseq, messages = b.messages + 1, unseen = b.unseen + less_seen,
           deleted = b.deleted + more_deleted, octets = b.octets + octets, keywords = coalesce(known, b.keywords),
           marked = case when more_deleted = 0 then b.marked
                         else mail.marked_with(b.marked, array[((b.uid_next - 1) / 256)::integer], b.deleted + 1) end
     where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account and b.selectable
       and (box_name is null or b.name = box_name) and b.uid_next <= 4294967295 and cardinality(coalesce(known, '{}')) <= 64
    returning b.uid_next - 1, b.uid_validity into uid, uid_validity;
    if not found then
        select case when b.uid_next > 4294967295 then 5 else 6 end into outcome from mail.mailbox b
         where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account and b.selectable
           and (box_name is null or b.name = box_name);
        outcome := coalesce(outcome, 2);
        update mail.account a set used_octets = a.used_octets - octets, used_messages = a.used_messages - 1
         where a.tenant_id = tenant and a.account_id = account;
        return next;
        return;
    end if;

    -- A blob that somebody else stored is held against the collector; where that took it in between, it is stored again.
    for attempt in 1..10 loop
        insert into mail.blob (tenant_id, blob_id, sha256, size) values (tenant, new_blob, hash, octets)
            on conflict (tenant_id, sha256) do nothing;
        if found then is_new := true; blob := new_blob; exit; end if;
        select b.blob_id into blob from mail.blob b where b.tenant_id = tenant and b.sha256 = hash for key share;
        exit when found;
    end loop;
    if blob is null then raise exception 'blobs vanish as fast as they are stored' using errcode = 'serialization_failure'; end if;
    if is_new then
        insert into mail.blob_frame (tenant_id, blob_id, seq, start, plain_size, data) values (tenant, blob, 0, 0, octets, frame);
        insert into mail.summary (tenant_id, blob_id, size, header_size, tree, envelope, bodystructure, preview, message_id, from_text, to_text,
                                  cc_text, bcc_text, subject, base_subject, sent_at, has_attachment)
            values (tenant, blob, octets, header_octets, tree, envelope, bodystructure, preview, message_id, from_text, to_text, cc_text,
                    bcc_text, subject, base_subject, sent, has_attachment);
    end if;

    thread := email;
    if refs <> '{}' then
        select r.thread_id into thread from unnest(refs) with ordinality u (ref, place)
         cross join lateral (select r.thread_id from mail.thread_ref r where r.tenant_id = tenant and r.account_id = account and r.ref = u.ref
                             offset 0) r order by u.place limit 1;
        thread := coalesce(thread, email);
        insert into mail.thread_ref (tenant_id, account_id, ref, thread_id) select tenant, account, r, thread from unnest(refs) r
            on conflict do nothing;
    end if;
    insert into mail.email (tenant_id, email_id, account_id, thread_id, blob_id, received_at, prefix, sort_from, sort_to, sort_cc, display_from,
                            display_to, sort_subject, is_reply, sent_at, message_ref, parent_refs, sent_offset)
        values (tenant, email, account, thread, blob, received, '', sort_from, sort_to, sort_cc, display_from, display_to, sort_subject, is_reply,
                sent, message_ref, parent_refs, sent_offset);
    insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system)
        values (tenant, box, uid, email, modseq, bits, received, octets, flags);
    insert into mail.change_log (tenant_id, account_id, modseq, part, mailbox_id, kind, uids) values (tenant, account, modseq, 0, box, 1, array[uid, uid]);
    insert into mail.operation (tenant_id, operation_id, modseq, uid_validity, source_uids, uids, emails)
        values (tenant, operation, modseq, uid_validity, '{}', array[uid], array[email]);
    outcome := 0;
    return next;
end $$;
revoke execute on function mail.append_message from public;
grant execute on function mail.append_message to sky_imap;

-- As 0017 has it; what flags one message have become is asked for without all that many need.
create or replace function mail.store_flags(tenant bigint, account bigint, box bigint, firsts bigint[], lasts bigint[], most bigint, mode integer,
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
    one record;
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

    if cardinality(firsts) = 1 and firsts[1] = lasts[1] then
        select p.ctid as place, p.uid, p.system as old, p.keywords as old_keywords,
               mail.new_system(p.system, mode, bits, scope) as new, mail.new_keywords(p.keywords, mode, mask, scope_keywords) as new_keywords,
               since is null or p.modseq <= since as allowed
          into one from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box and p.uid = firsts[1];
        if not found then return; end if;
        messages := 1;
        last_uid := one.uid;
        if one.allowed and (one.old <> one.new or one.old_keywords <> one.new_keywords) then
            places := array[one.place];
            uids := array[one.uid];
            less_seen := (one.old & 8) / 8 - (one.new & 8) / 8;
            more_deleted := (one.new & 4) / 4 - (one.old & 4) / 4;
            if more_deleted > 0 then marks := array[((one.uid - 1) / 256)::integer]; end if;
        end if;
    else
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
    end if;
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
