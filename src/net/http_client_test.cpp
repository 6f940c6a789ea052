// The client against this room's server, and against peers that behave badly.

#include "net/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <fstream>

#include "base/temp_dir.hpp"
#include "net/gzip.hpp"
#include "net/http_test_support.hpp"

namespace cscan {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;
using testing::TestServer;

HttpClientOptions hasty() {
  HttpClientOptions options;
  options.connect_timeout = seconds(1);
  options.answer_timeout = seconds(1);
  return options;
}

/// A client with an io_context that runs only while something is fetched.
class Fetching {
 public:
  explicit Fetching(HttpClientOptions options = hasty())
      : client_(std::move(HttpClient::make(io_.get_executor(), std::move(options)).value())) {}

  HttpReply fetch(HttpQuery query) {
    HttpReply reply;
    auto run = [](HttpClient& client, HttpQuery asked, HttpReply& out) -> asio::awaitable<void> {
      out = co_await client.fetch(std::move(asked));
    };
    asio::co_spawn(io_, run(*client_, std::move(query), reply), asio::detached);
    io_.restart();
    io_.run();
    return reply;
  }
  HttpReply get(std::uint16_t port, const std::string& target) {
    return fetch({"GET", "http://127.0.0.1:" + std::to_string(port) + target, {}});
  }

 private:
  asio::io_context io_;
  std::unique_ptr<HttpClient> client_;
};

/// Accepts connections one after the other and gives each to a function.
class RawServer {
 public:
  explicit RawServer(std::function<void(tcp::socket&)> serve)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        port_(acceptor_.local_endpoint().port()),
        thread_([this, serve = std::move(serve)] {
          for (;;) {
            boost::system::error_code error;
            tcp::socket socket(io_);
            acceptor_.accept(socket, error);
            if (error || stopping_)
              return;
            ++connections;
            serve(socket);
          }
        }) {}
  ~RawServer() {
    stopping_ = true;
    tcp::socket last(io_);
    boost::system::error_code ignored;
    last.connect({asio::ip::make_address("127.0.0.1"), port_}, ignored);
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  std::atomic<int> connections = 0;

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

std::string read_request(tcp::socket& socket) {
  std::string request;
  boost::system::error_code error;
  asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
  return error ? std::string() : request;
}
void write(tcp::socket& socket, const std::string& bytes) {
  boost::system::error_code ignored;
  asio::write(socket, asio::buffer(bytes), ignored);
}

TEST(HttpClient, FetchesStatusHeadersAndBody) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response{429, {{"Retry-After", "7"}}, request.method + " " + request.target};
    co_return response;
  });
  Fetching fetching;
  HttpReply reply = fetching.get(server.port(), "/a?b=%20c");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.body, "GET /a?b=%20c");
  bool found = false;
  for (const HttpHeader& header : reply.headers)
    found = found || (equals_ignoring_case(header.name, "retry-after") && header.value == "7");
  EXPECT_TRUE(found);
  reply = fetching.fetch({"POST", "http://127.0.0.1:" + std::to_string(server.port()) + "/t", {}});
  EXPECT_EQ(reply.body, "POST /t");
}

TEST(HttpClient, KeepsAConnectionAndReplacesAClosedOne) {
  RawServer server([&](tcp::socket& socket) {
    for (int i = 0; i < 2 && !read_request(socket).empty(); ++i)
      write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });  // closed after two answers, without a word
  Fetching fetching;
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(fetching.get(server.port(), "/").body, "ok") << i;
  EXPECT_EQ(server.connections, 3);
}

TEST(HttpClient, ReadsChunksAndUnpacks) {
  const std::string text(100'000, 'x');
  RawServer server([&](tcp::socket& socket) {
    std::string request = read_request(socket);
    std::string packed = gzip(text, 6);
    write(socket,
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t at = 0; at < packed.size(); at += 50) {
      std::string piece = packed.substr(at, 50);
      char size[16];
      std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
      write(socket, size + piece + "\r\n");
    }
    write(socket, "0\r\n\r\n");
  });
  EXPECT_EQ(Fetching().get(server.port(), "/").body, text);
}

TEST(HttpClient, RefusesABodyThatIsTooLargePlainOrPacked) {
  RawServer server([&](tcp::socket& socket) {
    bool packed = read_request(socket).contains("/packed");
    std::string body = packed ? gzip(std::string(200'000, 'x'), 6) : std::string(20'000, 'x');
    write(socket, std::string("HTTP/1.1 200 OK\r\n") +
                      (packed ? "Content-Encoding: gzip\r\n" : "") +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  });
  HttpClientOptions options = hasty();
  options.body_bytes_max = 10'000;
  Fetching fetching(options);
  for (const char* target : {"/plain", "/packed"}) {
    HttpReply reply = fetching.get(server.port(), target);
    EXPECT_EQ(reply.status, 0) << target;
    EXPECT_THAT(reply.body, HasSubstr("larger than")) << target;
  }
}

TEST(HttpClient, GivesUpOnAPeerThatDoesNotAnswer) {
  std::atomic<bool> done = false;
  RawServer server([&](tcp::socket& socket) {
    read_request(socket);
    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
    while (!done)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  HttpReply reply = Fetching().get(server.port(), "/");
  done = true;
  EXPECT_EQ(reply.status, 0);
  EXPECT_THAT(reply.body, HasSubstr("no answer within 1 s"));
}

TEST(HttpClient, AnAnswerThatBreaksOffIsNone) {
  RawServer server([&](tcp::socket& socket) {
    read_request(socket);
    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
  });
  HttpReply reply = Fetching().get(server.port(), "/");
  EXPECT_EQ(reply.status, 0);
  EXPECT_THAT(reply.body, HasSubstr("broke off"));
}

TEST(HttpClient, SaysWhatIsUnreachable) {
  std::uint16_t closed = RawServer([](tcp::socket&) {}).port();
  HttpReply reply = Fetching().get(closed, "/");
  EXPECT_EQ(reply.status, 0);
  EXPECT_THAT(reply.body, HasSubstr("connecting failed: Connection refused"));
  EXPECT_THAT(Fetching().fetch({"GET", "ftp://x", {}}).body, HasSubstr("not an address"));
}

/// A key and a certificate for `name`, signed by itself, as PEM.
std::string make_certificate(const char* name) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  std::string names = std::string("DNS:") + name;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, certificate);
  PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(out, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pem;
}

TEST(HttpClient, SpeaksTlsOnlyWithWhomItTrusts) {
  TempDir dir;
  const std::string pem = make_certificate("localhost");
  const std::string file = (dir.path() / "trusted.pem").string();
  std::ofstream(file) << pem;
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.use_certificate_chain(asio::buffer(pem));
  tls.use_private_key(asio::buffer(pem), asio::ssl::context::pem);
  RawServer server([&](tcp::socket& socket) {
    boost::system::error_code error;
    asio::ssl::stream<tcp::socket&> stream(socket, tls);
    stream.handshake(asio::ssl::stream_base::server, error);
    std::string request;
    if (!error)
      asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
    if (!error)
      asio::write(stream,
                  asio::buffer(std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                           "Content-Length: 2\r\n\r\nok")),
                  error);
  });
  std::string port = std::to_string(server.port());
  HttpClientOptions trusting = hasty();
  trusting.ca_file = file;
  EXPECT_EQ(Fetching(trusting).fetch({"GET", "https://localhost:" + port + "/", {}}).body, "ok");
  HttpReply reply = Fetching(trusting).fetch({"GET", "https://127.0.0.1:" + port + "/", {}});
  EXPECT_EQ(reply.status, 0) << "the certificate is another name's";
  EXPECT_THAT(reply.body, HasSubstr("TLS handshake failed"));
  reply = Fetching().fetch({"GET", "https://localhost:" + port + "/", {}});
  EXPECT_EQ(reply.status, 0) << "nobody vouches for it";
  EXPECT_THAT(reply.body, HasSubstr("certificate verify failed"));
  trusting.ca_file = "/nowhere.pem";
  asio::io_context io;
  EXPECT_FALSE(HttpClient::make(io.get_executor(), trusting));
}

}  // namespace
}  // namespace cscan
