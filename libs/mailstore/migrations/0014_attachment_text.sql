-- What a converter read in the attachments of a blob, for searching. Made once a blob by delivery, where a converter is configured.
create table mail.attachment_text (
    tenant_id bigint not null,
    blob_id bigint not null,
    tries smallint not null default 0,          -- that failed for the converter's sake
    plain_size integer not null default 0,
    data bytea,                                 -- zstd, UTF-8; null: not converted yet, or given up
    primary key (tenant_id, blob_id),
    foreign key (tenant_id, blob_id) references mail.blob on delete cascade
);
alter table mail.attachment_text alter column data set storage external;  -- compressed already
alter table mail.attachment_text enable row level security;
create policy tenant on mail.attachment_text using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant select, insert, update on mail.attachment_text to sky_delivery;
grant select on mail.attachment_text to sky_imap;
