// One command from its lines on: reader, head, and every argument parser over what is behind it.
#include <cstdint>
#include <cstdlib>

#include "sky/imap-proto/append.h"
#include "sky/imap-proto/command_reader.h"
#include "sky/imap-proto/fetch.h"
#include "sky/imap-proto/list_pattern.h"
#include "sky/imap-proto/metadata.h"
#include "sky/imap-proto/notify.h"
#include "sky/imap-proto/quota.h"
#include "sky/imap-proto/search_source.h"
#include "sky/imap-proto/select.h"
#include "sky/imap-proto/sort.h"
#include "sky/imap-proto/status.h"

using namespace sky::imap;

namespace {

template <class Parse>
void try_parse(std::string_view rest, Parse parse) {
    Arguments in(rest);
    (void)parse(in);
}

std::optional<std::string> decode(std::string_view octets, std::string_view) { return std::string(octets); }

void run(std::string_view command) {
    CommandHead head;
    if (!parse_head(command, head)) return;
    try_parse(head.rest, [](Arguments& in) { return parse_search(in, decode); });
    try_parse(head.rest, [](Arguments& in) { return parse_sort(in, decode); });
    try_parse(head.rest, [](Arguments& in) { return parse_thread(in, decode); });
    try_parse(head.rest, [](Arguments& in) { return parse_multi_search(in, decode); });
    try_parse(head.rest, [](Arguments& in) { return parse_status_items(in); });
    try_parse(head.rest, [](Arguments& in) { return parse_select(in); });
    try_parse(head.rest, [](Arguments& in) { return parse_notify(in); });
    try_parse(head.rest, [](Arguments& in) {
        const auto range = parse_partial_range(in);
        if (range && range->of(10).end > 10) std::abort();
        return 0;
    });
    try_parse(head.rest, [](Arguments& in) { return parse_set_quota(in); });
    try_parse(head.rest, [](Arguments& in) {
        const auto request = parse_get_metadata(in);
        if (request)
            for (const std::string& entry : request->entries)
                if (canonical_entry(entry) != entry) std::abort();  // there is one spelling
        return 0;
    });
    try_parse(head.rest, [](Arguments& in) {
        const auto request = parse_set_metadata(in);
        if (request)
            for (const auto& [entry, value] : request->values) {
                std::string out;
                append_metadata_value(out, value.value_or("NIL"));
                Arguments back(out);
                bool is_nil = false;
                const auto read = back.nstring8(is_nil);
                if (!read || is_nil || !back.empty() || *read != value.value_or("NIL")) std::abort();  // what we write is read as it was
            }
        return 0;
    });
    try_parse(head.rest, [](Arguments& in) { return in.flags(); });
    try_parse(head.rest, [](Arguments& in) { return in.mailbox(); });
    try_parse(head.rest, [](Arguments& in) { return in.date_time(); });
    try_parse(head.rest, [](Arguments& in) {
        if (const auto pattern = in.list_mailbox()) (void)ListPattern(*pattern).matches("a/b/c");
        return 0;
    });
    try_parse(head.rest, [](Arguments& in) {
        const auto set = in.sequence_set();
        if (set && in.space())
            if (const auto request = parse_fetch(in))
                for (const FetchItem& item : request->items) {
                    std::string name;
                    append_section_name(name, item);
                }
        return 0;
    });
}

// The messages of APPEND and REPLACE, piece of text by piece of text.
class Messages {
  public:
    // False: there is nothing more to read.
    bool begin(std::string_view command) {
        CommandHead head;
        if (!parse_head(command, head)) return false;
        Arguments in(head.rest, NameForm::utf8);
        if (head.verb != "APPEND" && (!in.number() || !in.space())) return false;
        if (!in.mailbox()) return false;
        text_.emplace(AppendText::Utf8::taken);
        return read(in);
    }
    bool go_on(std::string_view piece) {
        Arguments in(piece);
        return read(in);
    }

  private:
    bool read(Arguments& in) {
        for (std::size_t steps = 0;; ++steps) {
            const auto step = text_->next(in);
            if (!step || std::holds_alternative<AppendDone>(*step)) return false;
            if (std::holds_alternative<AppendOctets>(*step)) return true;
            if (const auto* url = std::get_if<AppendUrl>(&*step); url != nullptr && !url->text) return true;
            if (steps > 4096) std::abort();  // each takes something of the text
        }
    }
    std::optional<AppendText> text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    CommandReader reader{ReaderLimits{.text = 4096, .literal = 512, .literals = 1024, .literal_count = 8, .message = 1000}};
    std::optional<Messages> messages;
    while (!input.empty()) {
        const std::size_t end = input.find('\n');
        std::string_view line = input.substr(0, end);
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto step = reader.line(line);
        if (reader.text().size() > 4096 + 1024 + 8 * 2 + 2) std::abort();
        bool more = false;
        if (step) {
            const auto* literal = std::get_if<CommandReader::Literal>(&*step);
            if (literal != nullptr) {
                const std::string_view octets = input.substr(0, static_cast<std::size_t>(literal->size));
                input.remove_prefix(octets.size());
                if (literal->of == CommandReader::Literal::Of::argument) {
                    reader.literal(octets);
                    continue;
                }
            }
            if (!messages) {
                run(reader.text());
                messages.emplace();
                more = literal != nullptr && messages->begin(reader.text());
            } else {
                more = messages->go_on(reader.text()) && literal != nullptr;
            }
        }
        if (more) {
            reader.go_on();
        } else {
            reader.reset();
            messages.reset();
        }
    }
    return 0;
}
