-- Mends: functions as they stand, mended in a line each; what a move leaves; spellings of names.
do $$
begin
    -- An account of which another purge or a restore was first is passed over.
    execute replace(pg_get_functiondef('mail.purge_deleted'::regproc), 'purged := purged + cardinality(emails);',
        'continue when emails is null;
         purged := purged + cardinality(emails);');
    -- An account that moves takes along of which messages nobody was told yet (\Recent).
    execute replace(pg_get_functiondef('mail.move_account'::regproc), 'set marked = o.marked from',
        'set marked = o.marked, recent_uid = o.recent_uid from');
end $$;
-- Those of the emails that can be restored: a gateway that moves messages to another account leaves them their octets, and learns no more.
create function mail.restorable(tenant bigint, emails bigint[]) returns bigint[]
language plpgsql stable security definer set search_path = mail, pg_temp as $$
begin
    perform mail.require_tenant(tenant);
    return array(select distinct d.email_id from mail.deleted d where d.tenant_id = tenant and d.email_id = any (emails));
end $$;
revoke execute on function mail.restorable from public;
grant execute on function mail.restorable to sky_imap;

-- Mailbox names are Net-Unicode (RFC 9051 §5.1, RFC 5198): those that clients made otherwise are respelled, since they are looked up so. One
-- whose spelling is taken gets its number behind it.
update mail.mailbox b
   set name = case when exists (select from mail.mailbox o where o.tenant_id = b.tenant_id and o.account_id = b.account_id
                                   and o.mailbox_id <> b.mailbox_id and normalize(o.name) = normalize(b.name)
                                   and (o.name is nfc normalized or o.mailbox_id < b.mailbox_id))
                   then normalize(b.name) || ' ' || b.mailbox_id else normalize(b.name) end
 where b.name is not nfc normalized;
insert into mail.subscription select s.tenant_id, s.account_id, normalize(s.name) from mail.subscription s where s.name is not nfc normalized
    on conflict do nothing;
delete from mail.subscription s where s.name is not nfc normalized;
