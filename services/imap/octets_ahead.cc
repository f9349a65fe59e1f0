#include "imap/octets_ahead.h"

#include "imap/bodies_ahead.h"

namespace sky::imapd {
namespace {

constexpr std::uint64_t small = 256 * 1024;  // one message
constexpr std::uint64_t window_octets = 512 * 1024;
constexpr std::size_t window_messages = 200;

}  // namespace

OctetsAhead::OctetsAhead(Session& session, const imap::FetchRequest& request, const std::vector<FetchOne>& ones)
    : session_(&session), ones_(&ones) {
    using What = imap::FetchItem::What;
    using Text = imap::Section::Text;
    for (const imap::FetchItem& item : request.items) {
        if (item.what == What::rfc822 || item.what == What::rfc822_text) need_ = Need::whole;
        if (item.what == What::binary || item.what == What::binary_size) need_ = Need::whole;
        if (item.what == What::rfc822_header && need_ == Need::nothing) need_ = Need::header;
        if (item.what != What::section) continue;
        const bool header = item.section.path.empty() && item.section.text != Text::none && item.section.text != Text::text;
        if (!header)
            need_ = Need::whole;
        else if (need_ == Need::nothing)
            need_ = Need::header;
    }
}

std::uint64_t OctetsAhead::cost(const FetchOne& one) const {
    return need_ == Need::whole || one.text == nullptr ? one.message.size : one.text->prefix_size + one.text->header_size;
}

Task<Result<OctetsAhead::Window>> OctetsAhead::read(std::size_t first) const {
    Window out{.first = first, .end = ones_->size(), .octets = {}};
    if (need_ == Need::nothing || first == ones_->size()) co_return out;
    if (need_ == Need::whole && ones_->size() == 1 && cost(ones_->front()) <= small) {
        auto& ahead = session_->mailbox().bodies_ahead();
        if (!ahead) ahead = std::make_shared<BodiesAhead>();
        auto alone = co_await ahead->read(*session_, ones_->front().message);
        if (alone)
            out.octets.push_back(*std::move(alone));
        else if (alone.error().fault != Fault::corrupt)
            co_return forward(alone);
        co_return out;
    }
    std::vector<EmailId> emails;
    std::uint64_t octets = 0;
    for (out.end = first; out.end < ones_->size() && emails.size() < window_messages; ++out.end) {
        const std::uint64_t more = cost((*ones_)[out.end]);
        if (more > small || (octets + more > window_octets && !emails.empty())) break;
        octets += more;
        emails.push_back((*ones_)[out.end].message.email);
    }
    if (emails.empty()) {  // a large one, by itself
        out.end = first + 1;
        co_return out;
    }
    const auto extent = need_ == Need::whole ? store::Reader::Extent::whole : store::Reader::Extent::header;
    auto read =
        co_await store::Reader(session_->house().pool).octets(session_->account().tenant, std::move(emails), extent, session_->limit());
    if (read) {
        out.octets = *std::move(read);
    } else if (read.error().fault == Fault::corrupt) {
        out.end = first + 1;  // one of them is damaged: one by one, the others can still be answered
    } else {
        co_return forward(read);
    }
    co_return out;
}

}  // namespace sky::imapd
