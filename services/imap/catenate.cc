#include "imap/catenate.h"

#include <algorithm>

#include "imap/append_target.h"
#include "imap/section_range.h"
#include "sky/base/ascii.h"
#include "sky/imap-proto/message_url.h"

namespace sky::imapd {
namespace {

// A reference by absolute path, or a URL of this server and user. The port does not matter: behind a proxy it is not ours.
bool is_own(const Session& session, const imap::MessageUrl& url) {
    if (url.host.empty()) return true;
    return ascii::equals_ignoring_case(url.host, session.hostname()) &&
           (!url.user || ascii::equals_ignoring_case(*url.user, session.user().address));
}

// The mailbox that the URL means, as it is now.
Task<Result<store::MailboxRef>> mailbox_of(Session& session, const imap::MessageUrl& url) {
    const auto found = co_await find_source(session, url.mailbox);
    if (!found) co_return forward(found);
    if (url.uid_validity && *url.uid_validity != found->mailbox.uid_validity.value)
        co_return unexpected(Fault::not_found, "There is no such mailbox");
    co_return found->ref;
}

std::uint64_t size_of(const std::optional<imap::Partial>& partial, std::uint64_t whole) {
    if (!partial) return whole;
    const std::uint64_t left = whole - std::min(partial->offset, whole);
    return partial->count == 0 ? left : std::min(partial->count, left);
}

std::unexpected<Error> too_large() { return unexpected(Fault::too_large, "The message is too large"); }

// The octets of one message's section.
Task<Result<CatenatedPart>> read_part(Session& session, const imap::MessageUrl& url, const store::Placement& message, CatenateRoom limits) {
    store::Reader reader(session.house().pool);
    const TenantId tenant = session.account().tenant;
    const auto texts = co_await reader.texts(tenant, {message.email}, store::Want::tree, session.limit());
    if (!texts) co_return forward(texts);
    if (texts->empty()) co_return CatenatedPart{};
    const auto range = section_range(url.section, message, &texts->front());
    if (!range) co_return CatenatedPart{};
    const std::uint64_t offset = url.partial ? url.partial->offset : 0;
    if (names_fields(url.section)) {
        if (range->size > limits.reading) co_return too_large();
        auto header = co_await read_fields(session, url.section, message, *range, {});
        if (!header) co_return forward(header);
        std::string part = header->substr(std::min<std::uint64_t>(offset, header->size()), size_of(url.partial, header->size()));
        if (part.size() > limits.room) co_return too_large();
        co_return CatenatedPart{std::move(part), range->size};
    }
    const std::uint64_t size = size_of(url.partial, range->size);
    if (size > std::min(limits.room, limits.reading)) co_return too_large();
    const std::uint64_t start = range->offset + std::min(offset, range->size);
    auto part = co_await reader.read(tenant, message.email, start, size, limits.room, session.limit());
    if (!part) co_return forward(part);
    co_return CatenatedPart{*std::move(part), size};
}

}  // namespace

Task<Result<CatenatedPart>> read_url(Session& session, std::string_view text, CatenateRoom limits) {
    const auto url = imap::parse_message_url(text);
    if (!url || !is_own(session, *url)) co_return CatenatedPart{};
    const auto mailbox = co_await mailbox_of(session, *url);
    // A name that can't be one, or none of ours, is a URL that leads nowhere.
    const auto nowhere = [](Fault fault) {
        return fault == Fault::not_found || fault == Fault::syntax || fault == Fault::unsupported || fault == Fault::forbidden;
    };
    if (!mailbox && nowhere(mailbox.error().fault)) co_return CatenatedPart{};
    if (!mailbox) co_return forward(mailbox);
    const auto found = co_await store::Reader(session.house().pool).load(*mailbox, {url->uid, url->uid}, 1, session.limit());
    if (!found) co_return forward(found);
    if (found->empty()) co_return CatenatedPart{};
    auto part = co_await read_part(session, *url, found->front(), limits);
    if (!part && part.error().fault == Fault::not_found) co_return CatenatedPart{};
    co_return part;
}

Reply bad_url(std::string_view url) {
    std::string code = "BADURL ";  // bare, no string (RFC 4469 §5, erratum 4046)
    for (const char c : url.substr(0, 500)) code += c > ' ' && c < 0x7f && c != ']' ? c : '?';
    if (url.empty()) code += '?';
    return Reply::no(std::move(code), "There is no such part of a message");
}

}  // namespace sky::imapd
