-- An account goes to another tenant with its calendars and address books. Ids stay; shares end, because those they are with stay behind.
create function cal.move_account(from_tenant bigint, account bigint, to_tenant bigint) returns boolean
language plpgsql security definer set search_path = cal, pg_temp as $$
#variable_conflict use_variable
declare
    held bigint[];
begin
    if from_tenant is distinct from nullif(current_setting('sky.tenant', true), '')::bigint then
        raise exception 'tenant % is not the tenant of this transaction', from_tenant using errcode = '42501';
    end if;
    perform from cal.account where tenant_id = from_tenant and account_id = account for update;
    if not found then return false; end if;
    held := array(select collection_id from cal.collection where tenant_id = from_tenant and account_id = account);
    insert into cal.account select to_tenant, account_id, epoch, modseq, log_floor, created_at
      from cal.account where tenant_id = from_tenant and account_id = account;
    insert into cal.collection select to_tenant, collection_id, account_id, kind, slug, display_name, description, color, sort_order, timezone,
           components, transparent, properties, created_modseq, modseq, created_at
      from cal.collection where tenant_id = from_tenant and account_id = account;
    insert into cal.object select to_tenant, collection_id, name, uid, component, recurring, sequence, title, starts_at, ends_at, size, hash,
           key_id, operation_id, created_modseq, modseq, created_at, modified_at, data
      from cal.object where tenant_id = from_tenant and collection_id = any (held);
    insert into cal.change select to_tenant, account_id, modseq, kind, collection_id, name, operation_id, logged_on
      from cal.change where tenant_id = from_tenant and account_id = account;
    insert into cal.outbox select to_tenant, outbox_id, account_id, kind, payload, created_at, done_at
      from cal.outbox where tenant_id = from_tenant and account_id = account and done_at is null;
    delete from cal.account where tenant_id = from_tenant and account_id = account;
    return true;
end $$;
revoke execute on function cal.move_account from public;
grant execute on function cal.move_account to sky_auth;
