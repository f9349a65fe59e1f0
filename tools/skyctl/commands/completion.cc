#include <fmt/format.h>

#include <map>

#include "skyctl/commands/commands.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"SHELL", Takes::text, Must::be_given, "bash, zsh or fish."},
};

constexpr std::string_view everywhere = "--help --output --config";

std::string options_of(const Verb& verb) {
    std::string out(everywhere);
    for (const auto& option : verb.options)
        if (option.name.starts_with('-')) out.append(" ").append(option.name.substr(option.name.rfind(',') + 1));
    return out;
}

// First words, then a group's verbs, then a verb's options.
std::string bash() {
    std::map<std::string, std::string> groups;  // "" → first words
    std::string cases;
    for (const Verb* verb : verbs()) {
        const std::string group(verb->group), name(verb->name);
        if (!group.empty() && !groups.contains(group)) groups[""] += group + " ";
        groups[group] += name + " ";
        cases += fmt::format("    '{}') words='{}' ;;\n", group.empty() ? name : group + " " + name, options_of(*verb));
    }
    for (const auto& [group, names] : groups) cases += fmt::format("    '{}') words='{}' ;;\n", group, names);
    return fmt::format(R"(# Completion of skyctl's verbs and options.
_skyctl() {{
  local word path= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    [[ $word == -* ]] && break
    ((i <= 2)) && path+="${{path:+ }}$word"
  done
  case $path in
{}    *) case ${{path%% *}} in
{}    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _skyctl skyctl
)",
                       cases, [] {
                           std::string out;  // a verb without a group, followed by its arguments
                           for (const Verb* verb : verbs())
                               if (verb->group.empty()) out += fmt::format("      {}) words='{}' ;;\n", verb->name, options_of(*verb));
                           return out;
                       }());
}

std::string fish() {
    std::string out = "# Completion of skyctl's verbs and options.\ncomplete -c skyctl -f\n";
    std::map<std::string, bool> told;
    for (const Verb* verb : verbs()) {
        const std::string name(verb->name), group(verb->group);
        if (group.empty()) {
            out += fmt::format("complete -c skyctl -n __fish_use_subcommand -a {}\n", name);
            continue;
        }
        if (!told[group]) out += fmt::format("complete -c skyctl -n __fish_use_subcommand -a {}\n", group);
        told[group] = true;
        out += fmt::format("complete -c skyctl -n '__fish_seen_subcommand_from {}' -a {}\n", group, name);
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
