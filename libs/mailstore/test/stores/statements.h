#pragma once
// The prepared statements of src/, read from the source: string literals joined, macros replaced.
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/project_root.h"

namespace sky::mailstore::testing {

struct SourceStatement {
    std::string name, text;
};

class SourceReader {
  public:
    static std::vector<SourceStatement> all(const std::filesystem::path& folder) {
        SourceReader reader;
        std::vector<std::string> sources;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto kind = entry.path().extension();
            if (kind != ".cc" && kind != ".h") continue;
            std::ostringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            sources.push_back(text.str());
            reader.define_macros(sources.back());
        }
        std::vector<SourceStatement> out;
        for (const auto& source : sources) reader.collect(source, out);
        return out;
    }

  private:
    // #define NAME tokens, or NAME(parameter) tokens, over lines that end with a backslash.
    void define_macros(std::string_view source) {
        constexpr std::string_view word = "#define ";
        for (auto at = source.find(word); at != source.npos; at = source.find(word, at + 1)) {
            std::string body;
            auto from = at + word.size();
            for (;;) {
                const auto end = source.find('\n', from);
                body += source.substr(from, end - from);
                if (!body.ends_with('\\')) break;
                body.back() = ' ';
                from = end + 1;
            }
            const auto name_end = body.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
            if (name_end == std::string::npos) continue;
            const auto parameter_end = body[name_end] == '(' ? body.find(')') : name_end;
            const auto parameter = body.substr(name_end, parameter_end - name_end);
            macros_[body.substr(0, name_end)] = {parameter.empty() ? parameter : parameter.substr(1), body.substr(parameter_end + 1)};
        }
    }
    void collect(std::string_view source, std::vector<SourceStatement>& out) const {
        constexpr std::string_view word = "constexpr pg::Statement ";
        for (auto at = source.find(word); at != source.npos; at = source.find(word, at + 1)) {
            const auto open = source.find('{', at), close = source.find("};", open);
            std::vector<std::string> parts{{}};
            join(source.substr(open + 1, close - open - 1), parts);
            if (parts.size() >= 2) out.push_back({parts[0], parts[1]});
        }
    }
    // Literals of one argument become one text; a comma begins the next.
    void join(std::string_view tokens, std::vector<std::string>& parts) const {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const char c = tokens[i];
            if (c == '"') {
                for (++i; i < tokens.size() && tokens[i] != '"'; ++i) {
                    if (tokens[i] == '\\') ++i;
                    parts.back() += tokens[i];
                }
            } else if (c == ',') {
                parts.emplace_back();
            } else if (c == '/' && tokens.substr(i, 2) == "//") {
                i = std::min(tokens.find('\n', i), tokens.size());
            } else if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
                auto end = i;
                while (end < tokens.size() && (std::isalnum(static_cast<unsigned char>(tokens[end])) != 0 || tokens[end] == '_')) ++end;
                if (const auto macro = macros_.find(std::string(tokens.substr(i, end - i))); macro != macros_.end()) {
                    auto [parameter, body] = macro->second;
                    if (!parameter.empty()) {  // given as one literal
                        const auto argument = tokens.substr(end + 1, tokens.find("\")", end) - end);
                        for (auto in = body.find(parameter); in != body.npos; in = body.find(parameter, in + argument.size()))
                            body.replace(in, parameter.size(), argument);
                        end += argument.size() + 2;
                    }
                    join(body, parts);
                }
                i = end - 1;
            }
        }
    }

    struct Macro {
        std::string parameter, body;
    };
    std::map<std::string, Macro> macros_;
};

inline std::vector<SourceStatement> statements_of_mailstore() { return SourceReader::all(support::project_root() / "libs/mailstore/src"); }

}  // namespace sky::mailstore::testing
