-- An account goes to another tenant: its row, a new address, its passwords and its photo. Roles, tokens, delegates and other addresses stay
-- behind and go; from here on the transaction works for the new tenant.
create function directory.move_account(from_tenant bigint, account bigint, to_tenant bigint, new_domain bigint, new_address text) returns void
language plpgsql security definer set search_path = pg_catalog, directory, pg_temp as $$
#variable_conflict use_variable
declare
    moved directory.account;
    passwords directory.credential[];
    older directory.old_password[];
    picture directory.photo;
begin
    if from_tenant is distinct from directory.current_tenant() then
        raise exception 'tenant % is not the tenant of this transaction', from_tenant using errcode = '42501';
    end if;
    select * into strict moved from directory.account where tenant_id = from_tenant and account_id = account for update;
    passwords := array(select k from directory.credential k where tenant_id = from_tenant and account_id = account);
    older := array(select o from directory.old_password o where tenant_id = from_tenant and account_id = account);
    select * into picture from directory.photo where tenant_id = from_tenant and account_id = account;
    delete from directory.account where tenant_id = from_tenant and account_id = account;

    perform set_config('sky.tenant', to_tenant::text, true);
    moved.tenant_id := to_tenant;
    moved.address := new_address;
    moved.manager_id := null;
    moved.plan_id := null;
    moved.external_id := null;
    insert into directory.account overriding system value select (moved).*;
    insert into directory.address (tenant_id, address, domain_id, account_id) values (to_tenant, new_address, new_domain, account);
    insert into directory.credential (tenant_id, account_id, kind, verifier, label, created_at, expires_at, scram_sha256, scram_sha1, protocols,
                                      networks, last_used_at, last_used_by)
        select to_tenant, account, k.kind, k.verifier, k.label, k.created_at, k.expires_at, k.scram_sha256, k.scram_sha1, k.protocols, k.networks,
               k.last_used_at, k.last_used_by from unnest(passwords) k order by k.credential_id;
    insert into directory.old_password select to_tenant, account, o.ended_at, o.verifier from unnest(older) o;
    if picture.media_type is not null then
        insert into directory.photo values (to_tenant, account, picture.media_type, picture.octets);
    end if;
end $$;

-- What one account may do with another of its tenant.
create function directory.delegation(of_tenant bigint, subject bigint, object bigint)
returns table (version bigint, active boolean, sends boolean, full_access boolean, send_as boolean, send_on_behalf boolean, sent_copy text)
language sql stable security definer set search_path = pg_catalog, directory as $$
    select v.version, s.state = 'active' and t.state <> 'closing', t.state = 'active',
           coalesce(d.full_access, false), coalesce(d.send_as, false), coalesce(d.send_on_behalf, false), o.sent_copy
      from directory.version v
      join directory.tenant t on t.tenant_id = $1
      join directory.account s on s.tenant_id = $1 and s.account_id = $2
      join directory.account o on o.tenant_id = $1 and o.account_id = $3
      left join directory.delegate d on d.tenant_id = $1 and d.account_id = $3 and d.grantee_id = $2
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
