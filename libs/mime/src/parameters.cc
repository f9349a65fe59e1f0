#include "sky/mime/parameters.h"

#include <map>

#include "lexer.h"
#include "sky/base/ascii.h"
#include "sky/mime/words.h"

namespace sky::mime {
namespace {

constexpr std::size_t max_parameters = 128;
constexpr std::string_view specials = "()<>@,;:\\\"/[]?=";

struct Piece {
    std::string text;
    bool encoded = false;
};

// name*section* of RFC 2231 §3, §4: which section, and whether %XX is used.
struct Name {
    std::string base;
    std::optional<unsigned> section;
    bool encoded = false;
};

Name split_name(std::string name) {
    Name out{ascii::to_lower(name), std::nullopt, false};
    const auto star = out.base.find('*');
    if (star == std::string::npos || star == 0) return out;
    std::string_view rest = std::string_view(out.base).substr(star + 1);
    if (rest.empty()) {
        out.encoded = true;
    } else {
        if (rest.ends_with('*')) {
            out.encoded = true;
            rest.remove_suffix(1);
        }
        const auto number = ascii::number(rest, 9999);
        if (!number) return {ascii::to_lower(name), std::nullopt, false};
        out.section = static_cast<unsigned>(*number);
    }
    out.base.resize(star);
    return out;
}

int hex_digit(char c) {
    if (ascii::is_digit(c)) return c - '0';
    const char l = ascii::lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

// charset'language'text of the first section names the charset of all sections.
std::string join(const std::map<unsigned, Piece>& pieces, bool& extended) {
    std::string charset;
    std::string octets;
    unsigned expected = 0;
    for (const auto& [section, piece] : pieces) {
        if (section != expected++) break;  // a gap ends the value
        std::string_view text = piece.text;
        if (piece.encoded) {
            extended = true;
            if (section == 0) {
                const auto first = text.find('\'');
                const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
                if (second != std::string_view::npos) {
                    charset = std::string(text.substr(0, first));
                    text.remove_prefix(second + 1);
                }
            }
            octets += percent_decode(text);
        } else {
            octets += text;
        }
    }
    if (!extended) return octets;
    auto decoded = charset.empty() ? std::nullopt : to_utf8(octets, charset);
    return decoded ? *decoded : guess_utf8(octets);
}

std::vector<Parameter> parse_parameters(Lexer& lexer) {
    std::vector<Parameter> order;
    std::map<std::string, std::map<unsigned, Piece>, std::less<>> pieces;
    for (std::size_t count = 0; count < max_parameters && !lexer.at_end(); ++count) {
        lexer.skip();
        while (lexer.accept(';')) {
        }
        auto name = split_name(lexer.word("()<>@,;:\\\"/[]?="));
        if (!lexer.accept('=')) {
            // No parameter: pass over what stands there up to the next one.
            while (!lexer.at_end() && lexer.peek() != ';') lexer.take();
            continue;
        }
        lexer.skip();
        Piece piece{lexer.peek() == '"' ? lexer.quoted() : lexer.word(";\""), name.encoded};
        lexer.skip();
        if (name.base.empty()) continue;
        auto& sections = pieces[name.base];
        if (sections.empty()) order.push_back({name.base, {}, false});
        sections.emplace(name.section.value_or(0), std::move(piece));
    }
    for (auto& parameter : order) parameter.value = join(pieces[parameter.name], parameter.extended);
    return order;
}

}  // namespace

std::optional<ContentType> parse_content_type(std::string_view value) {
    Lexer lexer(value);
    lexer.skip();
    ContentType out;
    out.type = ascii::to_lower(lexer.word(specials));
    if (out.type.empty() || !lexer.accept('/')) return std::nullopt;
    lexer.skip();
    out.subtype = ascii::to_lower(lexer.word(specials));
    if (out.subtype.empty()) return std::nullopt;
    out.parameters = parse_parameters(lexer);
    return out;
}

std::optional<Disposition> parse_disposition(std::string_view value) {
    Lexer lexer(value);
    lexer.skip();
    Disposition out;
    out.kind = ascii::to_lower(lexer.word(specials));
    if (out.kind.empty()) return std::nullopt;
    out.parameters = parse_parameters(lexer);
    return out;
}

const std::string* find_parameter(const std::vector<Parameter>& parameters, std::string_view name) {
    for (const auto& parameter : parameters)
        if (parameter.name == name) return &parameter.value;
    return nullptr;
}

}  // namespace sky::mime
