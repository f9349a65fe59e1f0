-- When a message was put into the mailbox it is in (RFC 8514). Two steps, so that no row is written: rows from before keep null, which is told
-- as unknown; every insert gets the moment of its transaction. It takes the place of padding: a row grows by as much as one of four octets would.
alter table mail.placement add column saved_at timestamptz;
alter table mail.placement alter column saved_at set default now();
grant update (saved_at) on mail.placement to sky_imap;  -- RENAME of INBOX moves messages in place

-- As before, and messages keep when they were saved.
create or replace function mail.move_account(from_tenant bigint, account bigint, to_tenant bigint) returns boolean
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
declare
    boxes bigint[];
begin
    perform mail.require_tenant(from_tenant);
    perform from mail.account where tenant_id = from_tenant and account_id = account for update;
    if not found then return false; end if;
    boxes := array(select mailbox_id from mail.mailbox where tenant_id = from_tenant and account_id = account);

    create temporary table moving_blob on commit drop as
        select b.blob_id as old_id, coalesce(x.blob_id, b.blob_id) as new_id, x.blob_id is null as is_new
          from mail.blob b left join mail.blob x on x.tenant_id = to_tenant and x.sha256 = b.sha256
         where b.tenant_id = from_tenant
           and b.blob_id in (select e.blob_id from mail.email e where e.tenant_id = from_tenant and e.account_id = account);
    if exists (select from mail.blob b join moving_blob m on m.old_id = b.blob_id and m.is_new
                where b.tenant_id = from_tenant and b.key_id is not null) then
        raise exception 'mail that is encrypted for its tenant can''t be moved' using errcode = '0A000';
    end if;
    insert into mail.blob select to_tenant, blob_id, sha256, size, codec, dictionary, key_id, created_at
      from mail.blob where tenant_id = from_tenant and blob_id in (select old_id from moving_blob where is_new);
    insert into mail.blob_frame select to_tenant, blob_id, seq, start, plain_size, data
      from mail.blob_frame where tenant_id = from_tenant and blob_id in (select old_id from moving_blob where is_new);
    insert into mail.summary select to_tenant, m.new_id, size, header_size, tree, envelope, bodystructure, preview, message_id, from_text,
           to_text, cc_text, bcc_text, subject, base_subject, sent_at, has_attachment
      from mail.summary s join moving_blob m on m.old_id = s.blob_id where s.tenant_id = from_tenant
        on conflict do nothing;

    insert into mail.account select to_tenant, account_id, kind, epoch, modseq, log_floor, last_uid_validity, quota_octets, used_octets,
           used_messages, created_at from mail.account where tenant_id = from_tenant and account_id = account;
    insert into mail.mailbox select to_tenant, mailbox_id, account_id, name, selectable, special_use, uid_validity, uid_next, modseq,
           created_modseq, messages, unseen, deleted, octets, keywords
      from mail.mailbox where tenant_id = from_tenant and account_id = account;
    insert into mail.subscription select to_tenant, account_id, name
      from mail.subscription where tenant_id = from_tenant and account_id = account;
    insert into mail.email select to_tenant, email_id, account_id, thread_id, m.new_id, received_at, prefix
      from mail.email e join moving_blob m on m.old_id = e.blob_id where e.tenant_id = from_tenant and e.account_id = account;
    insert into mail.placement (tenant_id, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system, saved_at)
      select to_tenant, mailbox_id, uid, email_id, modseq, keywords, internal_date, size, system, saved_at
      from mail.placement where tenant_id = from_tenant and mailbox_id = any (boxes);
    insert into mail.seen select to_tenant, mailbox_id, principal_id, uids, modseq
      from mail.seen where tenant_id = from_tenant and mailbox_id = any (boxes) and principal_id = account;
    insert into mail.thread_ref select to_tenant, account_id, ref, thread_id
      from mail.thread_ref where tenant_id = from_tenant and account_id = account;
    insert into mail.change_log select to_tenant, account_id, modseq, part, mailbox_id, kind, uids, emails, logged_on
      from mail.change_log where tenant_id = from_tenant and account_id = account;
    drop table moving_blob;
    return mail.delete_account(from_tenant, account);
end $$;
