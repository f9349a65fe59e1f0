-- Mailboxes without a plan keep deleted mail for DEFAULT_RETENTION: limits of all tenants are computed anew.
insert into directory.limits_due (tenant_id) select distinct tenant_id from directory.account on conflict do nothing;
