#pragma once
// Sign-in: is this who they say, and may they use this protocol? One shard only. dialogues.h carries SASL on top of it.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "auth/external_directory/directories.h"
#include "auth/sealing.h"
#include "auth/sign_in/admission.h"
#include "auth/sign_in/app_proof.h"
#include "auth/sign_in/attempts.h"
#include "auth/sign_in/journal.h"
#include "auth/sign_in/passwords.h"
#include "auth/sign_in/verdicts.h"
#include "sky/pg/pool.h"
#include "sky/sasl/scram.h"

namespace sky::auth {

class SignIn {
  public:
    // All outlive this. `secret` keys the digests: 32 random octets of this process.
    SignIn(pg::Pool& pool, const Passwords& passwords, Attempts& attempts, const Seal& seal, Directories& directories, std::string secret,
           std::chrono::seconds verdict_life);

    // Name and password.
    Task<Answer> ask(Question question, Deadline deadline);

    // A SCRAM dialogue: who it is about and what may prove it. The verifiers of `account` belong to `credentials`, in their order; of
    // someone who does not exist or has none, nobody knows the proof.
    struct Scram {
        std::optional<Identity> who;
        std::string name;  // normalised, for counting
        sasl::ScramAccount account;
    };
    Task<Result<Scram>> begin_scram(const Question& question, sasl::ScramHash hash, Deadline deadline);
    // Before a proof is looked at: counted as failed until it proves right. An answer: not even looked at.
    struct Try {
        AttemptKey key;
        Reservation reservation;
        std::optional<Answer> refused;
    };
    Task<Try> try_scram(const Scram& scram, const Question& question, std::string_view proof);
    Task<Answer> end_scram(const Scram& scram, const Question& question, const Try& tried, bool proved);

    // The bearer of a token (OAUTHBEARER, XOAUTH2): one that a person made, or an access token of a program for the protocol.
    Task<Answer> ask_token(const Question& question, const std::string& token, Deadline deadline);
    // Access tokens count that are for one of these (RFC 8707), or for nothing in particular.
    void take_access_tokens_for(std::vector<std::string> resources) { resources_ = std::move(resources); }
    // EXTERNAL: the certificate's address is the proof.
    Task<Answer> ask_certificate(const Question& question, Deadline deadline);

    // What came of an attempt goes to the log, the counters and the journal. Every answer passes here once.
    Answer noted(const Question& question, Answer answer);
    Journal& journal() { return journal_; }

  private:
    Task<Answer> decide(const Question& question, const std::string& address, Deadline deadline);
    // By the tenant's directory elsewhere.
    Task<Answer> ask_directory(const Identity& who, const Question& question, const AttemptKey& key, const Reservation& reservation,
                               Deadline deadline);
    // Of an account with a second factor, after its password: right, and never used before.
    Task<Answer> ask_code(const Identity& who, const Question& question, const AttemptKey& key, const Reservation& reservation,
                          Deadline deadline);
    // Whose the token is; a refusal of what it does not open.
    Task<Result<std::string>> owner_of(const Question& question, const std::string& token, Deadline deadline);
    Task<void> mark_used(const Identity& who, const Credential& credential, const Question& question, Deadline deadline);
    // The stored verifier is foreign, cheaper than ours, or without the SCRAM verifiers that the tenant wants: now that the password is
    // known it is replaced. Returns what is stored then.
    Task<std::string> improved(const Identity& who, const Credential& credential, const Question& question, Deadline deadline);
    pg::Pool& pool_;
    const Passwords& passwords_;
    Attempts& attempts_;
    const Seal& seal_;
    Directories& directories_;
    AppProof app_proof_;
    std::unordered_map<std::int64_t, std::chrono::steady_clock::time_point> marked_;  // app passwords, when
    std::string secret_;
    std::string decoy_key_;  // of the installation, so that all replicas answer alike, before a restart and after
    std::vector<std::string> resources_;
    Verdicts verdicts_;
    Journal journal_;
};

// An address as it is counted by: normalised; what is no address is nobody's, and takes the same way.
std::string counted_name(std::string_view username);

}  // namespace sky::auth
