#include <fmt/format.h>

#include <map>
#include <set>

#include "skyctl/commands/commands.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"SHELL", Takes::text, Must::be_given, "bash, zsh or fish."},
};

constexpr std::string_view everywhere = "--help --output --config";

// "-f,--file" is --file.
std::string_view long_name(const Option& option) { return option.name.substr(option.name.rfind(',') + 1); }

std::string options_of(const Verb& verb) {
    std::string out(everywhere);
    for (const auto& option : verb.options)
        if (option.name.starts_with('-')) out.append(" ").append(long_name(option));
    return out;
}

// What may follow the words that stand there already: words of groups and verbs, then a verb's options.
std::map<std::string, std::string> followers() {
    std::map<std::string, std::string> out;
    std::set<std::string> told;
    for (const Verb* verb : verbs()) {
        const std::string words = verb->words();
        for (std::size_t at = 0; at != std::string::npos;) {
            const auto space = words.find(' ', at ? at + 1 : 0);
            if (told.insert(words.substr(0, space)).second) {
                auto& list = out[words.substr(0, at)];
                list += (list.empty() ? "" : " ") +
                        words.substr(at ? at + 1 : 0, space == std::string::npos ? space : space - (at ? at + 1 : 0));
            }
            at = space;
        }
        out[words] = options_of(*verb);
    }
    return out;
}

std::string bash() {
    std::string cases;
    for (const auto& [words, list] : followers()) cases += fmt::format("    '{}') echo '{}' ;;\n", words, list);
    return fmt::format(R"(# Completion of skyctl's verbs and options.
_skyctl_after() {{
  case $1 in
{}    *) return 1 ;;
  esac
}}
_skyctl() {{
  local at='' list next i
  list=$(_skyctl_after '')
  for ((i = 1; i < COMP_CWORD; i++)); do
    next=$(_skyctl_after "${{at:+$at }}${{COMP_WORDS[i]}}") || continue
    at+="${{at:+ }}${{COMP_WORDS[i]}}"
    list=$next
  done
  COMPREPLY=($(compgen -W "$list" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _skyctl skyctl
)",
                       cases);
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "'";
}

std::string fish() {
    std::string out = R"(# Completion of skyctl's verbs and options.
function __skyctl_at
    set -l words
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; or set -a words $word
    end
    set -l wanted (string split -n ' ' -- $argv[1])
    test (count $words) -ge (count $wanted); or return 1
    for i in (seq (count $wanted))
        test $words[$i] = $wanted[$i]; or return 1
    end
    test $argv[2] = inside; or test (count $words) -eq (count $wanted)
end
complete -c skyctl -f
complete -c skyctl -l help -l output -l config
)";
    std::map<std::string, const Verb*> by_words;
    for (const Verb* verb : verbs()) by_words[verb->words()] = verb;
    for (const auto& [words, list] : followers()) {
        const auto verb = by_words.find(words);
        if (verb == by_words.end()) {
            out += fmt::format("complete -c skyctl -n '__skyctl_at \"{}\" exactly' -a '{}'\n", words, list);
            continue;
        }
        for (const auto& option : verb->second->options)
            if (option.name.starts_with('-'))
                out += fmt::format("complete -c skyctl -n '__skyctl_at \"{}\" inside' -l {}{} -d {}\n", words, long_name(option).substr(2),
                                   option.takes == Takes::nothing  ? ""
                                   : long_name(option) == "--file" ? " -r -F"
                                                                   : " -x",
                                   quoted(option.sentence));
    }
    return out;
}

Result<void> run(Session& session, const Arguments& arguments) {
    const std::string shell = arguments.text("SHELL");
    if (shell == "bash")
        session.print(bash());
    else if (shell == "zsh")
        session.print("autoload -U +X bashcompinit && bashcompinit\n" + bash());
    else if (shell == "fish")
        session.print(fish());
    else
        return unexpected(Fault::syntax, "completion is there for bash, zsh and fish");
    return {};
}
}  // namespace

const Verb completion_verb{.group = "",
                           .name = "completion",
                           .sentence = "Writes a script that completes verbs and options in a shell.",
                           .example = "completion bash > /etc/bash_completion.d/skyctl",
                           .options = options,
                           .run = &run};

}  // namespace sky::skyctl
