// SearchAddressList.
#include "auth/store/address_list.h"

#include "auth/rpc/admin.h"
#include "auth/rpc/texts.h"
#include "auth/rpc/write.h"
#include "auth/store/tenants.h"
#include "sky/base/ascii.h"
#include "skybridge/admin/v1/address_list.pb.h"

namespace sky::auth {
namespace {
constexpr std::size_t longest_text = 256, most_words = 8;

admin_v1::AddressListEntry message(const AddressListRow& row) {
    admin_v1::AddressListEntry out;
    out.set_kind(row.kind);
    out.set_address(row.address);
    out.set_display_name(row.display_name);
    out.set_title(row.title);
    out.set_department(row.department);
    out.set_company(row.company);
    out.set_phone(row.phone);
    out.set_mobile(row.mobile);
    out.set_office(row.office);
    out.set_manager(row.manager);
    out.set_photo(row.photo);
    return out;
}

// The tenant asked for as far as the caller sees it, else the caller's own.
Task<Result<TenantRow>> tenant_of(AuthShard& shard, const Caller& caller, const std::string& name) {
    if (!name.empty()) co_return co_await find_tenant(shard.pool(), caller.view(), ascii::to_lower(name), caller.deadline);
    if (!caller.subject.tenant) co_return unexpected(Fault::syntax, "say of which tenant");
    co_return co_await find_tenant_by_id(shard.pool(), caller.subject.tenant, caller.deadline);
}

Task<Result<admin_v1::SearchAddressListReply>> search(AuthShard& shard, Caller caller, const admin_v1::SearchAddressListRequest& request) {
    if (auto good = check_text(request.text(), longest_text, "text"); !good) co_return forward(good);
    if (auto fits = check_page(request.page()); !fits) co_return forward(fits);
    auto tenant = co_await tenant_of(shard, caller, request.tenant());
    if (!tenant) co_return forward(tenant);
    if (!tenant->address_list && caller.subject.role == Role::user)
        co_return unexpected(Fault::forbidden, "your organisation does not show its address list");
    AddressListFilter filter{.words = {}, .kind = request.kind()};
    const std::string text = ascii::to_lower(request.text());
    for (const auto word : ascii::split(text, ' '))
        if (!word.empty() && filter.words.size() < most_words) filter.words.emplace_back(word);
    const Page page = page_of(request.page());
    auto rows = co_await search_address_list(shard.pool(), tenant->id, filter, page, caller.deadline);
    if (!rows) co_return forward(rows);
    admin_v1::SearchAddressListReply reply;
    for (const auto& row : *rows) *reply.add_entries() = message(row);
    if (rows->size() == static_cast<std::size_t>(page.size)) reply.set_next(rows->back().address);
    co_return reply;
}
}  // namespace

void serve_address_list(AdminMethods& methods) { methods.add(&search); }

}  // namespace sky::auth
