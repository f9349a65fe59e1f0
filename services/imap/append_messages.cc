#include "imap/append_messages.h"

#include "imap/catenate.h"
#include "imap/limits.h"
#include "sky/async/group.h"
#include "sky/base/ascii.h"
#include "sky/imap-proto/message_url.h"
#include "sky/imap-proto/write.h"
#include "sky/mailstore/accounts.h"

namespace sky::imapd {
namespace {

constexpr std::size_t stored_ahead = 64;  // messages at a time
constexpr std::size_t small = 64 * 1024;  // prepared on the spot: about a millisecond

Task<Result<store::PreparedMessage>> prepare(Session& session, std::string message) {
    if (message.size() <= small) co_return store::prepare(message);
    co_return co_await session.house().offload.run(session.limit(), [message = std::move(message)] { return store::prepare(message); });
}

// What a message costs in memory until the command is over.
std::size_t held_by(const IncomingMessage& one) {
    std::size_t out = sizeof one;
    for (const store::Frame& frame : one.message->frames) out += sizeof frame + frame.data.capacity();
    for (const std::string& keyword : one.head.flags.keywords) out += sizeof keyword + keyword.size();
    const mime::Summary& summary = one.message->summary;
    for (const std::string* text : {&summary.envelope, &summary.bodystructure, &summary.tree, &summary.preview, &summary.from, &summary.to,
                                    &summary.cc, &summary.bcc, &summary.subject, &summary.base_subject})
        out += text->capacity();
    for (const std::string& id : summary.references) out += sizeof id + id.capacity();
    return out;
}

// What the client calls a UTF-8 header is one (RFC 6855 §4).
bool header_is_utf8(std::string_view message) { return ascii::is_utf8(message.substr(0, message.find("\r\n\r\n"))); }

// By value: it may outlive the command. What is not stored so is stored with the rest. Nothing is while the account has no room for all
// messages that are here, `octets`: whoever is over quota writes nothing.
Task<void> store_octets(pg::Pool* pool, store::ObjectIds* ids, store::AccountRef into,
                        std::vector<std::shared_ptr<const store::PreparedMessage>> messages, std::int64_t octets, Deadline deadline) {
    const auto usage = co_await store::usage(*pool, into, deadline, store::PoolUse::not_counted);
    if (!usage || (usage->quota_octets && usage->used_octets + octets > *usage->quota_octets)) co_return;
    std::vector<const store::PreparedMessage*> all;
    for (const auto& one : messages) all.push_back(one.get());
    static_cast<void>(co_await store::store_ahead(*pool, into.tenant, *ids, std::move(all), deadline));
}

class Receiver {
  public:
    Receiver(Session& session, Several several, store::AccountRef into)
        : session_(&session),
          into_(into),
          several_(several),
          text_(session.utf8 ? imap::AppendText::Utf8::taken : imap::AppendText::Utf8::refused),
          out_{.memory = {session.house().uploads, session.account().account}},
          storing_(session.stream().executor()) {}

    Task<Result<IncomingMessages>> run(imap::Arguments in) {
        while (true) {
            const auto step = text_.next(in);
            if (!step) co_return forward(step);
            if (std::holds_alternative<imap::AppendDone>(*step)) break;
            Result<void> taken;
            if (const auto* begins = std::get_if<imap::AppendBegins>(&*step)) {
                taken = begin(*begins);
            } else if (const auto* octets = std::get_if<imap::AppendOctets>(&*step)) {
                taken = co_await receive(*octets);
            } else if (const auto* url = std::get_if<imap::AppendUrl>(&*step)) {
                taken = co_await append(*url);
            } else {
                taken = co_await end();
            }
            if (!taken) co_return forward(taken);
            if (out_.refused) break;
            if (!next_text_) continue;
            const auto more = co_await session_->receive_more();
            if (!more) co_return forward(more);
            in = session_->arguments(*more);
            next_text_ = false;
        }
        if (!out_.refused) co_await storing_.join(session_->limit());
        co_return std::move(out_);
    }

  private:
    std::uint64_t room() const { return session_->house().policy.message_size - message_.size(); }

    Result<void> begin(const imap::AppendBegins& head) {
        if (!out_.all.empty() && several_ == Several::refused) return unexpected(Fault::syntax, "This command takes one message");
        const std::size_t most = most_saved(session_->house().policy);
        if (out_.all.size() == most) out_.refused = Reply::no(limit_code(most), "These are too many messages for one command");
        // So that there is always room for one message more, of any size.
        if (held_ > session_->house().policy.message_size) return unexpected(Fault::limit, "These messages are too much for one command");
        head_ = head;
        return {};
    }

    // Limits are looked at before the client is asked for the octets.
    Task<Result<void>> receive(const imap::AppendOctets& octets) {
        if (octets.size > room()) co_return unexpected(Fault::too_large, "The message is too large");
        if (octets.as == imap::AppendOctets::As::whole && octets.size == 0) {  // RFC 3502 §6.3.11
            out_.refused = Reply::no({}, "An empty message: nothing is appended");
            co_return Result<void>{};
        }
        if (const auto room = co_await out_.memory.grow(octets.size, session_->limit()); !room) co_return room;
        auto received = co_await session_->receive_literal();
        if (!received) co_return forward(received);
        next_text_ = true;
        utf8_ = utf8_ || octets.header == imap::AppendOctets::Header::utf8;
        if (message_.empty())
            message_ = *std::move(received);
        else
            message_ += *received;
        co_return Result<void>{};
    }

    Task<Result<void>> append(const imap::AppendUrl& step) {
        std::string url = step.text.value_or(std::string());
        if (!step.text) {
            if (step.size > imap::max_url_octets) co_return unexpected(Fault::limit, "A URL is too long");
            auto received = co_await session_->receive_literal();
            if (!received) co_return forward(received);
            next_text_ = true;
            url = *std::move(received);
        }
        auto part = co_await read_url(*session_, url, {room(), session_->house().policy.message_size - read_});
        if (!part) co_return forward(part);
        read_ += part->read;
        if (!part->octets) {
            out_.refused = bad_url(url);
            co_return Result<void>{};
        }
        if (const auto room = co_await out_.memory.grow(part->octets->size(), session_->limit()); !room) co_return room;
        message_ += *part->octets;
        co_return Result<void>{};
    }

    Task<Result<void>> end() {
        if (message_.empty()) {
            out_.refused = Reply::no({}, "An empty message: nothing is appended");
            co_return Result<void>{};
        }
        if (utf8_ && !header_is_utf8(message_)) co_return unexpected(Fault::unsupported, "The message's header is not UTF-8");
        auto prepared = co_await prepare(*session_, std::exchange(message_, {}));
        if (!prepared) co_return forward(prepared);
        out_.all.push_back({std::move(head_), std::make_shared<const store::PreparedMessage>(*std::move(prepared))});
        held_ += held_by(out_.all.back());
        out_.memory.shrink_to(held_);
        utf8_ = false;
        read_ = 0;
        if (out_.all.size() - stored_ >= stored_ahead && storing_.count() == 0) store_some();
        co_return Result<void>{};
    }

    // One batch after the other, while the client sends.
    void store_some() {
        std::vector<std::shared_ptr<const store::PreparedMessage>> next;
        for (; stored_ < out_.all.size(); ++stored_) next.push_back(out_.all[stored_].message);
        std::int64_t octets = 0;
        for (const IncomingMessage& one : out_.all) octets += static_cast<std::int64_t>(one.message->size);
        House& house = session_->house();
        storing_.spawn("imap.append.octets", store_octets(&house.pool, &house.ids, into_, std::move(next), octets, session_->limit()));
    }

    Session* session_;
    store::AccountRef into_;
    Several several_;
    imap::AppendText text_;
    IncomingMessages out_;
    imap::AppendBegins head_;
    std::string message_;
    std::uint64_t held_ = 0;  // by the messages that are ready
    std::uint64_t read_ = 0;  // for the parts of this one
    bool utf8_ = false;
    bool next_text_ = false;  // a literal was received: the text goes on behind it
    std::size_t stored_ = 0;  // of the messages, given to store_some()
    Group storing_;
};

}  // namespace

std::vector<store::Append> IncomingMessages::appends(store::FlagScope flags) {
    std::vector<store::Append> out;
    out.reserve(all.size());
    for (IncomingMessage& one : all) {
        if (flags.keywords == store::FlagScope::Keywords::left) one.head.flags.keywords.clear();
        out.push_back({.message = one.message.get(),
                       .system = static_cast<std::uint16_t>(one.head.flags.system & flags.system),
                       .keywords = std::move(one.head.flags.keywords),
                       .internal_date = one.head.date});
    }
    return out;
}

std::string append_uid(const std::vector<store::Placed>& placed) {
    imap::NumberSet uids;  // they ascend
    for (const store::Placed& one : placed) uids.add(one.uid.value);
    std::string code = "APPENDUID ";
    imap::append_number(code, placed.at(0).uid_validity.value);
    return (code += ' ') += uids.text();
}

Task<Result<IncomingMessages>> receive_messages(Session& session, imap::Arguments arguments, Several several, store::AccountRef into) {
    Receiver receiver(session, several, into);
    co_return co_await receiver.run(arguments);
}

}  // namespace sky::imapd
