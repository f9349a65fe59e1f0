-- The owner of the schemas and one login role a service; run at every start, so that secrets in files and in the cluster agree.
\set ON_ERROR_STOP on
select format('create role %I login', name) from unnest(array['sky_owner', 'sky_auth', 'sky_delivery', 'sky_imap', 'sky_pop3', 'sky_groupware']) name
where not exists (select from pg_roles where rolname = name) \gexec
alter role sky_owner password :'owner';
alter role sky_auth password :'auth';
alter role sky_delivery password :'delivery';
alter role sky_imap password :'imap';
alter role sky_pop3 password :'pop3';
alter role sky_groupware password :'groupware';
