// Fills a directory and asks it, over the same gRPC as operators and gateways.
//
//   directory_load AUTH-HOST:PORT TLS-FOLDER VERB …
//     fill TENANT-FIRST TENANT-END MAILBOXES-EACH FLIGHTS SECONDS HASH
//     resolve cached|asked SECONDS FLIGHTS FILE
//     sign-in again|first SECONDS FLIGHTS PASSWORD FILE
//     waits FLIGHTS FILE
//     answers AUTH-PROCESSES POSTGRES-PROCESSES FILE
//
// Prints a line of JSON for each load (`answers`: a line of words for each sign-in); exit code 1 when a call failed or was answered
// wrongly.
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>

#include "load.h"

int main(int argc, char** argv) try {
    const std::map<std::string, int (*)(const load::Place&, const load::Words&)> verbs{{"fill", &load::fill},
                                                                                       {"resolve", &load::resolve},
                                                                                       {"sign-in", &load::sign_in},
                                                                                       {"waits", &load::waits},
                                                                                       {"answers", &load::answers}};
    const auto verb = argc > 3 ? verbs.find(argv[3]) : verbs.end();
    if (verb == verbs.end()) throw std::runtime_error("usage: directory_load HOST:PORT TLS-FOLDER fill|resolve|sign-in|waits|answers …");
    return verb->second({argv[1], argv[2]}, {argv + 4, argv + argc});
} catch (const std::exception& error) {
    std::fprintf(stderr, "directory_load: %s\n", error.what());
    return 2;
}
