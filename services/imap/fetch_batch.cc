#include "imap/fetch_batch.h"

#include <tuple>
#include <unordered_map>

#include "imap/fetch_binary.h"
#include "imap/fetch_section.h"
#include "sky/async/both.h"
#include "sky/imap-proto/write.h"
#include "sky/mime/imap_text.h"

namespace sky::imapd {
namespace {

using What = imap::FetchItem::What;

struct Needs {
    bool texts = false;
    store::Want want = store::Want::basics;
};

// What must be read beside the view. BODY[] itself needs nothing but the size, which the view has.
Needs needs_of(const imap::FetchRequest& request) {
    Needs out;
    const auto text = [&](store::Want want) {
        out.texts = true;
        out.want = out.want | want;
    };
    for (const imap::FetchItem& item : request.items) {
        switch (item.what) {
            case What::envelope:
                text(store::Want::envelope);
                break;
            case What::body:
            case What::body_structure:
                text(store::Want::bodystructure);
                break;
            case What::preview:
            case What::preview_lazy:
                text(store::Want::preview);
                break;
            case What::thread_id:
            case What::rfc822_header:
            case What::rfc822_text:
                text(store::Want::basics);
                break;
            case What::binary:
            case What::binary_size:
                if (!item.section.path.empty() || item.section.text != imap::Section::Text::none) text(store::Want::tree);
                break;
            case What::section:
                if (!item.section.path.empty())
                    text(store::Want::tree);
                else if (item.section.text != imap::Section::Text::none)
                    text(store::Want::basics);
                break;
            default:
                break;
        }
    }
    return out;
}

void append_date(std::string& out, Time time) {
    using namespace std::chrono;
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    const auto two = [&](auto value, char pad) {
        const auto number = static_cast<unsigned>(value);
        out += number < 10 ? pad : static_cast<char>('0' + number / 10);
        out += static_cast<char>('0' + number % 10);
    };
    out += '"';
    two(static_cast<unsigned>(date.day()), ' ');
    ((out += '-') += months[static_cast<unsigned>(date.month()) - 1]) += '-';
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    two(year / 100, '0');
    two(year % 100, '0');
    out += ' ';
    two(clock.hours().count(), '0');
    out += ':';
    two(clock.minutes().count(), '0');
    out += ':';
    two(clock.seconds().count(), '0');
    out += " +0000\"";
}

// An item that is ready: no waiting. False for those that stream.
bool append_item(Session& session, const imap::FetchItem& item, const Target& target, const store::Placement& message,
                 const store::EmailText* text) {
    std::string& out = session.out();
    switch (item.what) {
        case What::flags:
            ((out += "FLAGS (") += session.mailbox().flags_text(message)) += ')';
            return true;
        case What::uid:
            out += "UID ";
            imap::append_number(out, target.uid);
            return true;
        case What::size:
            out += "RFC822.SIZE ";
            imap::append_number(out, message.size);
            return true;
        case What::internal_date:
            out += "INTERNALDATE ";
            append_date(out, message.internal_date);
            return true;
        case What::save_date:  // RFC 8514 §4.2: NIL where it is not known
            out += "SAVEDATE ";
            if (message.saved_at == 0)
                out += "NIL";
            else
                append_date(out, Time(std::chrono::seconds(message.saved_at)));
            return true;
        case What::preview:
        case What::preview_lazy:  // made at delivery, so both are at hand
            imap::append_string(out += "PREVIEW ", text->preview);
            return true;
        case What::mod_seq:
            out += "MODSEQ (";
            imap::append_number(out, static_cast<std::uint64_t>(message.modseq.value));
            out += ')';
            return true;
        case What::email_id:
            out += "EMAILID (E";
            imap::append_number(out, static_cast<std::uint64_t>(message.email.value));
            out += ')';
            return true;
        case What::thread_id:
            out += "THREADID (T";
            imap::append_number(out, static_cast<std::uint64_t>(text->thread.value));
            out += ')';
            return true;
        case What::envelope:
            (out += "ENVELOPE ") += text->envelope;
            return true;
        case What::body_structure:
            (out += "BODYSTRUCTURE ") += text->bodystructure;
            return true;
        case What::body:
            (out += "BODY ") += mime::body_form(text->bodystructure);
            return true;
        default:
            return false;
    }
}

bool is_binary(const imap::FetchItem& item) { return item.what == What::binary || item.what == What::binary_size; }

// One FETCH response; nothing where the message turns out to be gone, or a part's encoding is not known.
enum class Outcome { answered, gone, undecodable };

Task<Result<Outcome>> answer(Session& session, const imap::FetchRequest& request, const FetchOne& one, std::string_view octets) {
    std::string& out = session.out();
    if (request.wants(What::flags)) session.mailbox().tell_keywords(out);
    const std::size_t start = out.size();
    const std::uint64_t flushes = session.wire().flushes;
    BinaryParts binary(session, one, octets);
    for (const imap::FetchItem& item : request.items) {
        if (!is_binary(item)) continue;
        const auto known = binary.check(item);
        if (!known && known.error().fault == Fault::unsupported) co_return Outcome::undecodable;
        if (!known) co_return forward(known);
    }
    append_fetch_start(out, session.telling(), one.target.number, one.target.uid);
    bool space = false;
    for (const imap::FetchItem& item : request.items) {
        if (std::exchange(space, true)) out += ' ';
        if (append_item(session, item, one.target, one.message, one.text)) continue;
        auto streamed = is_binary(item) ? co_await binary.append(item) : co_await fetch_section(session, item, one, octets);
        if (streamed) continue;
        if (session.wire().flushes != flushes) {
            session.wire().stream().close();
            co_return forward(streamed);
        }
        out.resize(start);  // nothing of it has left: an error like any other
        if (streamed.error().fault == Fault::not_found) co_return Outcome::gone;
        co_return forward(streamed);
    }
    out += ")\r\n";
    // Flags without the MODSEQ are half of what a client with CONDSTORE has to be told when others changed them (RFC 7162 §3.1).
    if (request.wants(What::flags) && (request.wants(What::mod_seq) || !session.condstore))
        session.mailbox().told(one.target.uid, one.message.modseq);
    co_return Outcome::answered;
}

Task<Result<FetchedBatch>> answer_window(Session& session, const imap::FetchRequest& request, const std::vector<FetchOne>& ones,
                                         const OctetsAhead::Window& window) {
    FetchedBatch out;
    for (std::size_t i = window.first; i < window.end; ++i) {
        const auto written = co_await answer(session, request, ones[i], window.of(i));
        if (!written) co_return forward(written);
        out.answered += *written == Outcome::answered ? 1 : 0;
        out.undecodable += *written == Outcome::undecodable ? 1 : 0;
        if (auto sent = co_await session.wire().flush_if_large(); !sent) co_return forward(sent);
    }
    co_return out;
}

}  // namespace

Task<Result<FetchedBatch>> fetch_batch(Session& session, std::span<const Target> targets, const imap::FetchRequest& request) {
    std::vector<FetchOne> ones;
    ones.reserve(targets.size());
    View::Finder messages(session.mailbox().view());
    for (const Target& target : targets)
        if (const store::Placement* message = messages.find(target.uid)) ones.push_back({target, *message});

    const Needs needs = needs_of(request);
    std::unordered_map<std::int64_t, store::EmailText> texts;
    if (needs.texts) {
        std::vector<EmailId> emails;
        emails.reserve(ones.size());
        for (const FetchOne& one : ones) emails.push_back(one.message.email);
        auto found =
            co_await store::Reader(session.house().pool).texts(session.account().tenant, std::move(emails), needs.want, session.limit());
        if (!found) co_return forward(found);
        texts.reserve(found->size());
        for (store::EmailText& text : *found) texts.emplace(text.email.value, std::move(text));
    }

    if (needs.texts)
        std::erase_if(ones, [&](FetchOne& one) {
            const auto text = texts.find(one.message.email.value);
            if (text == texts.end()) return true;
            one.text = &text->second;
            return false;
        });

    const OctetsAhead ahead(session, request, ones);
    FetchedBatch out;
    auto window = co_await ahead.read(0);
    while (true) {
        if (!window) co_return forward(window);
        Result<FetchedBatch> written;
        Result<OctetsAhead::Window> next;
        if (window->end < ones.size()) {  // the next is read while this one is written
            std::tie(written, next) = co_await both(answer_window(session, request, ones, *window), ahead.read(window->end));
        } else {
            written = co_await answer_window(session, request, ones, *window);
        }
        if (!written) co_return forward(written);
        out.answered += written->answered;
        out.undecodable += written->undecodable;
        if (window->end >= ones.size()) co_return out;
        window = std::move(next);
    }
}

}  // namespace sky::imapd
