-- Every session that lists mailboxes asks for the tenant's public folder trees.
create index account_of_public_folders on directory.account (tenant_id, account_id) where kind = 'public_folders';
