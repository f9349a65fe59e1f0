#include "transport.h"

#include <grpc/support/log.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <chrono>
#include <fstream>
#include <mutex>

#include "sky/async/report.h"

namespace sky::rpc {
namespace {

std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider(const Credentials& credentials) {
    return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(credentials.key, credentials.certificate,
                                                                                credentials.authority, credentials.reload_seconds);
}

}  // namespace

Result<void> check(const Credentials& credentials) {
    for (const std::string* file : {&credentials.certificate, &credentials.key, &credentials.authority}) {
        std::ifstream in(*file);
        std::string line;
        if (!std::getline(in, line)) return unexpected(Fault::unavailable, "a certificate file can't be read", *file);
    }
    return {};
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Credentials& credentials) {
    grpc::experimental::TlsServerCredentialsOptions options(provider(credentials));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Credentials& credentials) {
    grpc::experimental::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(provider(credentials));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    return grpc::experimental::TlsCredentials(options);
}

namespace {

// The threads that run callbacks live as long as some channel or server that used them. The last reference may go inside a callback (each
// ClientContext holds its channel), and gRPC 1.51 then frees the queue under the very thread that polls it: a double free, seen under ASan.
// A channel that is never destroyed keeps them; a call on it, which fails at once, makes it take its reference.
void keep_callback_threads() {
    struct Kept {
        grpc::GenericStub stub{grpc::CreateChannel("unix:/nonexistent", grpc::InsecureChannelCredentials())};
        grpc::ClientContext context;
        grpc::Slice nothing;
        grpc::ByteBuffer request{&nothing, 1}, reply;
    };
    static Kept* kept = new Kept;
    kept->context.set_deadline(std::chrono::system_clock::now());
    kept->stub.UnaryCall(&kept->context, "/none/none", {}, &kept->request, &kept->reply, [](const grpc::Status&) {});
}

}  // namespace

void prepare_grpc() {
    static std::once_flag once;
    std::call_once(once, [] {
        gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
        gpr_set_log_function([](gpr_log_func_args* args) {
            if (args->severity == GPR_LOG_SEVERITY_ERROR) report("rpc.grpc.error", args->file, args->message);
        });
        keep_callback_threads();
    });
}

}  // namespace sky::rpc
