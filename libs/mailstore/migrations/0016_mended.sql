-- Functions as they stand, mended in a line each.
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
