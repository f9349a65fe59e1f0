#include "sky/mime/words.h"

#include "sky/base/ascii.h"
#include "sky/mime/transfer.h"

namespace sky::mime {
namespace {

struct Word {
    std::string charset;
    std::string octets;
    std::size_t length = 0;  // in the text
};

constexpr std::size_t longest_word = 2000;  // the search for the end of a word is bounded: many starts must not cost the square

// "=?charset*language?B?text?=" at the start of the text (RFC 2047 §2, RFC 2231 §5). Longer than the 75 of the RFC is accepted.
std::optional<Word> word_at(std::string_view text) {
    if (!text.starts_with("=?")) return std::nullopt;
    const auto charset_end = text.substr(0, 66).find('?', 2);
    if (charset_end == std::string_view::npos || charset_end == 2 || charset_end + 2 >= text.size()) return std::nullopt;
    const char kind = ascii::lower(text[charset_end + 1]);
    if ((kind != 'b' && kind != 'q') || text[charset_end + 2] != '?') return std::nullopt;
    Word word;
    word.charset = std::string(text.substr(2, charset_end - 2));
    if (const auto star = word.charset.find('*'); star != std::string::npos) word.charset.resize(star);
    if (!to_utf8("", word.charset)) return std::nullopt;
    const auto start = charset_end + 3;
    const auto size = text.substr(start, longest_word).find("?=");
    if (size == std::string_view::npos) return std::nullopt;
    const auto encoded = text.substr(start, size);
    if (encoded.find_first_of(" \t") != std::string_view::npos && kind == 'b') return std::nullopt;
    word.length = start + size + 2;
    if (kind == 'b') {
        word.octets = decode_transfer(encoded, Encoding::base64);
    } else {
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            if (encoded[i] == '_') {
                word.octets.push_back(' ');
            } else if (encoded[i] == '=' && i + 2 < encoded.size()) {
                word.octets += decode_transfer(encoded.substr(i, 3), Encoding::quoted_printable);
                i += 2;
            } else {
                word.octets.push_back(encoded[i]);
            }
        }
    }
    return word;
}

void flatten(std::string& text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
}

}  // namespace

std::string decode_words(std::string_view value) {
    std::string out;
    std::string plain;  // text between words, perhaps only the white space that RFC 2047 §6.2 removes
    std::string run;    // octets of adjacent words of one charset: some senders cut a character in two
    std::string run_charset;
    bool in_run = false;
    const auto end_run = [&] {
        if (!in_run) return;
        out += to_utf8(run, run_charset).value_or(std::string());
        run.clear();
        in_run = false;
    };
    const auto end_plain = [&] {
        out += guess_utf8(plain);
        plain.clear();
    };
    for (std::size_t i = 0; i < value.size();) {
        auto word = value[i] == '=' ? word_at(value.substr(i)) : std::nullopt;
        if (word) {
            const bool only_space = ascii::trim(plain).empty();
            if (in_run && only_space && ascii::equals_ignoring_case(run_charset, word->charset)) {
                plain.clear();
            } else {
                const bool was_run = in_run;
                end_run();
                if (was_run && only_space) plain.clear();
                end_plain();
            }
            run += word->octets;
            run_charset = std::move(word->charset);
            in_run = true;
            i += word->length;
            continue;
        }
        plain.push_back(value[i++]);
        if (in_run && !ascii::is_space(plain.back())) end_run();
    }
    end_run();
    end_plain();
    flatten(out);
    return out;
}

}  // namespace sky::mime
