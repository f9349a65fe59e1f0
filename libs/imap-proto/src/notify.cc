#include "sky/imap-proto/notify.h"

#include <algorithm>

#include "fetch_item.h"
#include "sky/base/ascii.h"

namespace sky::imap {
namespace {

using Filter = NotifyGroup::Filter;

struct FilterWord {
    std::string_view word;
    Filter filter;
};
constexpr FilterWord filter_words[] = {
    {"SELECTED", Filter::selected},     {"SELECTED-DELAYED", Filter::selected_delayed},
    {"INBOXES", Filter::inboxes},       {"PERSONAL", Filter::personal},
    {"SUBTREE", Filter::subtree},       {"MAILBOXES", Filter::mailboxes},
    {"SUBSCRIBED", Filter::subscribed},
};

struct EventWord {
    std::string_view word;
    NotifyEvent event;
};
constexpr EventWord event_words[] = {
    {"MessageNew", message_new},
    {"MessageExpunge", message_expunge},
    {"FlagChange", flag_change},
    {"MailboxName", mailbox_name},
    {"SubscriptionChange", subscription_change},
    {"MailboxMetadataChange", mailbox_metadata},
    {"ServerMetadataChange", server_metadata},
};

bool is_selected(Filter filter) { return filter == Filter::selected || filter == Filter::selected_delayed; }

class Parser {
  public:
    explicit Parser(Arguments& in) : in_(&in) {}

    // "(" filter-mailboxes SP events ")"
    Result<void> group(NotifyRequest& request) {
        NotifyGroup out;
        if (const auto open = in_->expect('('); !open) return open;
        if (const auto read = filter(out); !read) return read;
        if (const auto space = in_->space(); !space) return space;
        if (!in_->take_word("NONE"))
            if (const auto read = events(out, request); !read) return read;
        if (const auto close = in_->expect(')'); !close) return close;
        request.groups.push_back(std::move(out));
        return {};
    }

  private:
    Result<void> filter(NotifyGroup& out) {
        const auto word = std::ranges::find_if(filter_words, [this](const FilterWord& known) { return in_->take_word(known.word); });
        if (word == std::end(filter_words)) return unexpected(Fault::syntax, "There is no such mailbox filter");
        out.filter = word->filter;
        if (out.filter != Filter::subtree && out.filter != Filter::mailboxes) return {};
        if (const auto space = in_->space(); !space) return space;
        const bool many = in_->take('(');
        do {
            auto name = in_->mailbox();
            if (!name) return forward(name);
            if (++names_ > max_notify_names) return unexpected(Fault::limit, "Too many mailboxes");
            out.names.push_back(*std::move(name));
        } while (many && in_->take(' '));
        if (!many) return {};
        return in_->expect(')');
    }

    Result<void> events(NotifyGroup& out, NotifyRequest& request) {
        if (const auto open = in_->expect('('); !open) return open;
        depends_ = false;
        do {
            const auto word = std::ranges::find_if(event_words, [this](const EventWord& known) { return in_->take_word(known.word); });
            if (word == std::end(event_words)) {
                const auto unknown = in_->atom();
                if (!unknown) return forward(unknown);
                if (request.unknown_events.size() == 20) return unexpected(Fault::limit, "Too many events");
                request.unknown_events.emplace_back(*unknown);
                depends_ = depends_ || ascii::equals_ignoring_case(*unknown, "AnnotationChange");
                continue;
            }
            out.events |= word->event;
            if (word->event == message_new && items_follow())
                if (const auto read = items(out); !read) return read;
        } while (in_->take(' '));
        if (const auto close = in_->expect(')'); !close) return close;
        return check(out);
    }

    bool items_follow() const { return in_->remaining().starts_with(" ("); }

    Result<void> items(NotifyGroup& out) {
        if (!is_selected(out.filter)) return unexpected(Fault::syntax, "FETCH items are told of the selected mailbox only");
        in_->take(' ');
        in_->take('(');
        do {
            if (const auto item = parse_fetch_item(*in_, out.items); !item) return item;
        } while (in_->take(' '));
        return in_->expect(')');
    }

    // RFC 5465 §5: of the events about messages, new and expunged ones come together, and flags only with both.
    Result<void> check(const NotifyGroup& out) const {
        const bool fresh = (out.events & message_new) != 0, gone = (out.events & message_expunge) != 0;
        const bool flags = (out.events & flag_change) != 0 || depends_;
        if (fresh != gone || (flags && !fresh)) return unexpected(Fault::syntax, "MessageNew and MessageExpunge come together");
        if (is_selected(out.filter) && (out.events & ~unsigned{message_new | message_expunge | flag_change}) != 0)
            return unexpected(Fault::syntax, "Events about mailboxes are not for the selected one");
        return {};
    }

    Arguments* in_;
    std::size_t names_ = 0;
    bool depends_ = false;  // of this group, an unknown event that needs the two as well
};

}  // namespace

const NotifyGroup* NotifyRequest::selected() const {
    const auto found = std::ranges::find_if(groups, [](const NotifyGroup& group) { return is_selected(group.filter); });
    return found == groups.end() ? nullptr : &*found;
}

Result<NotifyRequest> parse_notify(Arguments& in) {
    NotifyRequest out;
    if (in.take_word("NONE")) {
        if (const auto end = in.end(); !end) return forward(end);
        return out;
    }
    if (!in.take_word("SET")) return unexpected(Fault::syntax, "NOTIFY is followed by SET or NONE");
    if (const auto space = in.space(); !space) return forward(space);
    if (in.take_word("STATUS")) {
        out.status = true;
        if (const auto space = in.space(); !space) return forward(space);
    }
    Parser parser(in);
    do {
        if (out.groups.size() == max_notify_groups) return unexpected(Fault::limit, "Too many event groups");
        if (const auto group = parser.group(out); !group) return forward(group);
    } while (in.take(' '));
    if (const auto end = in.end(); !end) return forward(end);
    if (std::ranges::count_if(out.groups, [](const NotifyGroup& group) { return is_selected(group.filter); }) > 1)
        return unexpected(Fault::syntax, "SELECTED is given twice");
    return out;
}

std::string known_events() {
    std::string out;
    for (const EventWord& known : event_words) (out += out.empty() ? "(" : " ") += known.word;
    return out += ')';
}

}  // namespace sky::imap
