-- The database and who may enter it; run at every start, after roles.sql.
select 'create database skybridge owner sky_owner' where not exists (select from pg_database where datname = 'skybridge') \gexec
\connect skybridge
revoke all on database skybridge from public;
revoke create on schema public from public;
grant connect on database skybridge to sky_auth, sky_delivery, sky_imap, sky_pop3, sky_groupware;
grant create on schema public to sky_owner;
