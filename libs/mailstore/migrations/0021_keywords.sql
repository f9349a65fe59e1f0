-- A mailbox names 64 keywords at a time. When there is no room for another, those that none of its messages has give their bits back: such a
-- place is '' until a new name takes it.
create or replace function mail.keywords_with(known text[], names text[]) returns text[] language plpgsql immutable as $$
declare
    n text;
    free integer;
begin
    if known is null then return null; end if;  -- no such mailbox
    foreach n in array names loop
        if exists (select from unnest(known) k where lower(k) = lower(n)) then continue; end if;
        free := array_position(known, '');
        if free is null then
            known := known || n;
        else
            known[free] := n;
        end if;
    end loop;
    return known;
end $$;

-- False where nothing was to be had. Walks through the mailbox, and once more under the account's lock where there is something.
create function mail.reclaim_keywords(tenant bigint, account bigint, box bigint) returns boolean language plpgsql as $$
declare
    used bigint;
begin
    select coalesce(bit_or(p.keywords), 0) into used from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box;
    if not exists (select from mail.mailbox b cross join unnest(b.keywords) with ordinality k (name, place)
                    where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account
                      and k.name <> '' and used >> (k.place::integer - 1) & 1 = 0) then
        return false;
    end if;
    perform from mail.account a where a.tenant_id = tenant and a.account_id = account for no key update;
    select coalesce(bit_or(p.keywords), 0) into used from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box;
    update mail.mailbox b
       set keywords = array(select case when used >> (k.place::integer - 1) & 1 = 1 then k.name else '' end
                              from unnest(b.keywords) with ordinality k (name, place) order by k.place)
     where b.tenant_id = tenant and b.mailbox_id = box and b.account_id = account
       and exists (select from unnest(b.keywords) with ordinality k (name, place)
                    where k.name <> '' and used >> (k.place::integer - 1) & 1 = 0);
    return found;
end $$;

-- Restored messages find free places for their keywords too; and in mailboxes where everyone has his own \Seen, they were seen by those who had
-- seen them. The function as it stands (0012), with these steps.
do $$
declare
    body text := pg_get_functiondef('mail.restore_deleted'::regproc);
    anchor text := 'insert into mail.change_log (tenant_id';
begin
    if position('(b.keywords || n.names)[1:64]' in body) = 0 or position(anchor in body) = 0 then raise exception 'mail.restore_deleted is another'; end if;
    body := replace(body, '(b.keywords || n.names)[1:64]', '(mail.keywords_with(b.keywords, n.names))[1:64]');
    execute replace(body, anchor, 'perform mail.carry_seen(tenant, g.mailbox_id, g.target, g.old_uids, g.new_uids, mine.modseq, 0, 0)
           from (select r.mailbox_id, r.target, array_agg(r.uid) as old_uids, array_agg(b.uid_next + r.place - 1) as new_uids
                   from restoring r join mail.mailbox b on b.tenant_id = tenant and b.mailbox_id = r.target group by r.mailbox_id, r.target) g;
        ' || anchor);
end $$;
revoke execute on function mail.reclaim_keywords from public;
grant execute on function mail.reclaim_keywords to sky_imap;
