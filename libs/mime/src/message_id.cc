#include "sky/mime/message_id.h"

#include <cstring>

#include "sky/base/ascii.h"
#include "sky/base/sha256.h"

namespace sky::mime {
namespace {

using ascii::trim;

// "[blob]" at the start, with white space behind; its length, or 0.
std::size_t blob_length(std::string_view text) {
    if (!text.starts_with('[')) return 0;
    const auto end = text.find_first_of("[]", 1);
    return end != std::string_view::npos && text[end] == ']' ? end + 1 : 0;
}

// "Re", "Fw" or "Fwd", an optional blob, and a colon (subj-refwd); its length, or 0.
std::size_t refwd_length(std::string_view text) {
    std::size_t n = ascii::starts_ignoring_case(text, "re")    ? 2
                    : ascii::starts_ignoring_case(text, "fwd") ? 3
                    : ascii::starts_ignoring_case(text, "fw")  ? 2
                                                               : 0;
    if (n == 0) return 0;
    while (n < text.size() && ascii::is_space(text[n])) ++n;
    n += blob_length(text.substr(n));
    while (n < text.size() && ascii::is_space(text[n])) ++n;
    return n < text.size() && text[n] == ':' ? n + 1 : 0;
}

// RFC 5256 §2.1 steps 3 to 5: leaders are removed; a blob only while something remains behind it.
std::string_view without_leaders(std::string_view text, bool& is_reply) {
    for (;;) {
        text = trim(text);
        if (const auto n = refwd_length(text)) {
            text.remove_prefix(n);
            is_reply = true;
            continue;
        }
        if (const auto n = blob_length(text); n > 0 && !trim(text.substr(n)).empty()) {
            text.remove_prefix(n);
            continue;
        }
        return text;
    }
}

std::string_view without_trailer(std::string_view text, bool& is_reply) {
    text = trim(text);
    while (text.size() >= 5 && ascii::equals_ignoring_case(text.substr(text.size() - 5), "(fwd)")) {
        text = trim(text.substr(0, text.size() - 5));
        is_reply = true;
    }
    return text;
}

std::string collapse(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (!ascii::is_space(c))
            out.push_back(c);
        else if (!out.empty() && out.back() != ' ')
            out.push_back(' ');
    }
    return out;
}

}  // namespace

std::vector<std::string> parse_message_ids(std::string_view value, std::size_t limit) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (out.size() < limit && (at = value.find('<', at)) != std::string_view::npos) {
        const auto end = value.find_first_of("<>", at + 1);
        if (end == std::string_view::npos) break;
        if (value[end] == '>') {
            std::string id;
            for (const char c : value.substr(at + 1, end - at - 1))
                if (!ascii::is_space(c) && c != '\0') id.push_back(c);
            if (!id.empty() && id.size() <= 995) out.push_back(std::move(id));
        }
        at = end;
    }
    return out;
}

std::int64_t message_ref(std::string_view id) {
    std::string plain;
    bool quoted = false;
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (id[i] == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted && id[i] == '\\' && i + 1 < id.size()) ++i;
        plain.push_back(id[i]);
    }
    const auto digest = sha256(plain);
    std::int64_t out = 0;
    std::memcpy(&out, digest.data(), sizeof out);
    return out == 0 ? 1 : out;
}

BaseSubject split_subject(std::string_view decoded) {
    BaseSubject out;
    const auto flat = collapse(decoded);
    std::string_view text = flat;
    for (;;) {
        text = without_leaders(without_trailer(text, out.is_reply), out.is_reply);
        // Step 6: "[fwd: subject]" is unwrapped and everything done again.
        if (!ascii::starts_ignoring_case(text, "[fwd:") || !text.ends_with(']')) break;
        text = text.substr(5, text.size() - 6);
        out.is_reply = true;
    }
    out.text = text;
    return out;
}

}  // namespace sky::mime
