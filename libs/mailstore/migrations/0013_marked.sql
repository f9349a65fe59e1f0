-- Where messages marked \Deleted may be, so that EXPUNGE looks there and nowhere else: numbers of blocks of 256 UIDs. A superset, emptied when
-- nothing is marked any more. An index on the mark would make every change of any flag touch all indexes of its row.
alter table mail.mailbox add column marked integer[] not null default '{}';
update mail.mailbox b set marked = array(select distinct ((p.uid - 1) / 256)::integer from mail.placement p where p.tenant_id = b.tenant_id
       and p.mailbox_id = b.mailbox_id and p.system & 4 <> 0 order by 1) where b.deleted > 0;
grant update (marked) on mail.mailbox to sky_delivery, sky_imap, sky_pop3;

-- What `marked` becomes: with these blocks too (null: none), and empty when no message is marked any more.
create function mail.marked_with(marked integer[], more integer[], deleted bigint) returns integer[] language sql immutable as $$
    select case when deleted <= 0 then '{}' when more is null or more <@ marked then marked
                else array(select distinct m from unnest(marked || more) m order by m) end
$$;

-- The first `most` UIDs marked \Deleted in the ranges (firsts, lasts), ascending. Reads the blocks that may hold some, one after the other.
-- Volatile: a stable function is also run while its caller is planned.
create function mail.marked_uids(tenant bigint, box bigint, firsts bigint[], lasts bigint[], most bigint) returns bigint[]
language plpgsql as $$
declare
    block integer;
    found bigint[] := '{}';
begin
    for block in
        select m from mail.mailbox b cross join unnest(b.marked) m where b.tenant_id = tenant and b.mailbox_id = box
           and m >= (firsts[1] - 1) / 256 and m <= (lasts[cardinality(lasts)] - 1) / 256 order by m
    loop
        found := found || array(
            select p.uid from mail.placement p where p.tenant_id = tenant and p.mailbox_id = box
               and p.uid between greatest(block::bigint * 256 + 1, firsts[1]) and least(block::bigint * 256 + 256, lasts[cardinality(lasts)])
               and p.system & 4 <> 0
               and (cardinality(firsts) = 1 or exists (select from unnest(firsts, lasts) r (first, last) where p.uid between r.first and r.last))
             order by p.uid limit most - cardinality(found));
        exit when cardinality(found) >= most;
    end loop;
    return found;
end $$;

-- An account that moves takes them along: the function as it stands, with a step more.
do $$
begin
    execute replace(pg_get_functiondef('mail.move_account'::regproc), 'drop table moving_blob;',
        'update mail.mailbox b set marked = o.marked from mail.mailbox o where b.tenant_id = to_tenant and b.account_id = account
            and o.tenant_id = from_tenant and o.mailbox_id = b.mailbox_id;
         drop table moving_blob;');
end $$;
