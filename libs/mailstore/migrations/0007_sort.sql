-- What SORT and THREAD order by, computed at delivery (libs/mime sort_keys.h). Texts compare by octets. Null in sort_subject: a row from
-- before these columns; fill_sort_keys (upkeep.h) computes it in its own time, and who reads it before that computes it for himself.
alter table mail.email
    add column sort_from text collate "C",
    add column sort_to text collate "C",
    add column sort_cc text collate "C",
    add column display_from text collate "C",
    add column display_to text collate "C",
    add column sort_subject text collate "C",   -- base subject
    add column is_reply boolean,                -- or forward
    add column sent_at timestamptz,             -- null: no Date
    add column sent_offset smallint,            -- minutes of the Date field's zone
    add column message_ref bigint,              -- of Message-ID; 0: none
    add column parent_refs bytea;               -- of References or In-Reply-To, 8 octets each, oldest first

-- Emails of all tenants behind (after_tenant, after_email) in the order of the primary key that have no sort keys, among the next
-- `slice`; the last row says how far this looked, with no account, and is missing at the end.
create function mail.unsorted_emails(after_tenant bigint, after_email bigint, slice integer)
returns table (tenant_id bigint, email_id bigint, is_unsorted boolean)
language sql stable security definer set search_path = mail, pg_temp as $$
    with next as (
        select e.tenant_id, e.email_id, e.sort_subject is null as is_unsorted from mail.email e
         where (e.tenant_id, e.email_id) > (after_tenant, after_email) order by e.tenant_id, e.email_id limit slice
    ), last as (select n.tenant_id, n.email_id from next n order by n.tenant_id desc, n.email_id desc limit 1)
    select * from next n where n.is_unsorted union all select l.tenant_id, l.email_id, false from last l
$$;
revoke execute on function mail.unsorted_emails from public;
grant execute on function mail.unsorted_emails to sky_delivery;
grant update (sort_from, sort_to, sort_cc, display_from, display_to, sort_subject, is_reply, sent_at, sent_offset, message_ref, parent_refs)
    on mail.email to sky_delivery;
