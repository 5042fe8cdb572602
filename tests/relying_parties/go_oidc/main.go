// Signs in to the provider that SETTINGS (JSON) names with go-oidc and x/oauth2, the libraries of
// Listmonk, Forgejo, oauth2-proxy and many others, as their documentation says. Started by ../go.rs,
// which is the browser: see ../programs.rs.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type service struct {
	ID        string `json:"id"`
	Secret    string `json:"secret"`
	Algorithm string `json:"algorithm"`
	// Answers of the token endpoint to the first exchange.
	Answers []int `json:"answers"`
}

type settings struct {
	Issuer   string    `json:"issuer"`
	Redirect string    `json:"redirect"`
	Login    string    `json:"login"`
	Email    string    `json:"email"`
	Sub      string    `json:"sub"`
	Groups   []string  `json:"groups"`
	Services []service `json:"services"`
}

// Types as these services declare them: another JSON type is an error.
type person struct {
	Username      string   `json:"preferred_username"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	Groups        []string `json:"groups"`
	UpdatedAt     int64    `json:"updated_at"`
}

// A relying party: what discovery made of a service.
type party struct {
	service
	provider *oidc.Provider
	config   oauth2.Config
	ctx      context.Context
	wire     *wire
}

var (
	given settings
	stdin = bufio.NewReader(os.Stdin)
)

func main() {
	if err := json.Unmarshal([]byte(os.Getenv("SETTINGS")), &given); err != nil {
		panic(err)
	}
	for _, service := range given.Services {
		name := service.Algorithm + ", " + service.ID
		check(name+": signs in, claims, refresh", func() { discover(service, given.Issuer).signIn() })
	}
	party := discover(given.Services[0], given.Issuer)
	check("an issuer that differs by a slash is not this one", otherIssuer)
	check("an ID token for another, or changed, is rejected", party.rejects)
	check("another PKCE verifier, a code used twice: invalid_grant", party.codeOnce)
	check("a wrong secret, tried both ways: invalid_client, and the code is still good", party.wrongSecret)
}

// Prints a line for a thing checked; must stops it.
func check(name string, test func()) {
	defer func() {
		if failure := recover(); failure != nil {
			fmt.Printf("FAILED  %s\n%v\n", name, failure)
			os.Exit(1)
		}
	}()
	test()
	fmt.Printf("ok      %s\n", name)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func same(what string, found, expected any) {
	if fmt.Sprint(found) != fmt.Sprint(expected) {
		panic(fmt.Sprintf("%s: %v, not %v", what, found, expected))
	}
}

func discover(service service, issuer string) *party {
	wire := &wire{}
	ctx := oidc.ClientContext(context.Background(), wire.client())
	provider := must(oidc.NewProvider(ctx, issuer))
	return &party{service: service, provider: provider, ctx: ctx, wire: wire, config: oauth2.Config{
		ClientID:     service.ID,
		ClientSecret: service.Secret,
		// Without a style of authentication: the library finds out.
		Endpoint:    provider.Endpoint(),
		RedirectURL: given.Redirect,
		Scopes:      []string{oidc.ScopeOpenID, "profile", "email", "groups", oidc.ScopeOfflineAccess},
	}}
}

// Sends the browser away: the code it brings back.
func (party *party) code(nonce, verifier string) string {
	state := oauth2.GenerateVerifier()
	address := party.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	fmt.Printf("visit %s\n", address)
	line := must(stdin.ReadString('\n'))
	answer := must(url.Parse(strings.TrimSpace(line))).Query()
	same("state", answer.Get("state"), state)
	same("iss", answer.Get("iss"), given.Issuer)
	return answer.Get("code")
}

func (party *party) verify(token *oauth2.Token) *oidc.IDToken {
	raw, _ := token.Extra("id_token").(string)
	config := &oidc.Config{ClientID: party.ID, SupportedSigningAlgs: []string{party.Algorithm}}
	verified := must(party.provider.VerifierContext(party.ctx, config).Verify(party.ctx, raw))
	if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
		panic(err)
	}
	same("sub", verified.Subject, given.Sub)
	return verified
}

func (party *party) signIn() {
	nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	code := party.code(nonce, verifier)
	token := must(party.config.Exchange(party.ctx, code, oauth2.VerifierOption(verifier)))
	// Refused in one style, it came again in the other with the same code.
	same("answers", party.wire.answers("/token"), party.Answers)

	idToken := party.verify(token)
	same("nonce", idToken.Nonce, nonce)
	same("the ID token's person", claims(idToken.Claims), expected())
	userinfo := must(party.provider.UserInfo(party.ctx, oauth2.StaticTokenSource(token)))
	same("userinfo's subject", userinfo.Subject, given.Sub)
	same("userinfo's person", claims(userinfo.Claims), expected())

	// As when a service finds its stored token old.
	token.Expiry = time.Now().Add(-time.Minute)
	source := party.config.TokenSource(party.ctx, token)
	renewed := must(source.Token())
	if renewed.AccessToken == token.AccessToken || renewed.RefreshToken == token.RefreshToken {
		panic("not renewed")
	}
	if !renewed.Expiry.After(time.Now()) {
		panic("the renewed token is over already")
	}
	party.verify(renewed)
	must(party.provider.UserInfo(party.ctx, source))
}

func expected() person {
	return person{Username: given.Login, Email: given.Email, EmailVerified: true, Groups: given.Groups}
}

func claims(into func(any) error) person {
	var found person
	if err := into(&found); err != nil {
		panic(err)
	}
	if found.UpdatedAt == 0 {
		panic("no updated_at")
	}
	found.UpdatedAt = 0
	return found
}

func otherIssuer() {
	if _, err := oidc.NewProvider(context.Background(), given.Issuer+"/"); err == nil || !strings.Contains(err.Error(), "issuer") {
		panic(err)
	}
}

func (party *party) rejects() {
	verifier := oauth2.GenerateVerifier()
	token := must(party.config.Exchange(party.ctx, party.code("n", verifier), oauth2.VerifierOption(verifier)))
	raw := token.Extra("id_token").(string)
	refused := func(raw, complaint string, config oidc.Config) {
		_, err := party.provider.VerifierContext(party.ctx, &config).Verify(party.ctx, raw)
		if err == nil || !strings.Contains(err.Error(), complaint) {
			panic(fmt.Sprintf("%s: %v", complaint, err))
		}
	}
	refused(raw, "audience", oidc.Config{ClientID: "c_other"})
	refused(raw, "algorithm", oidc.Config{ClientID: party.ID, SupportedSigningAlgs: []string{oidc.EdDSA}})
	tomorrow := func() time.Time { return time.Now().Add(24 * time.Hour) }
	refused(raw, "expired", oidc.Config{ClientID: party.ID, Now: tomorrow})
	parts := strings.Split(raw, ".")
	parts[2] = strings.Repeat("A", len(parts[2]))
	refused(strings.Join(parts, "."), "signature", oidc.Config{ClientID: party.ID})
}

func refusal(_ *oauth2.Token, err error) string {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		panic(fmt.Sprintf("not refused: %v", err))
	}
	return refused.ErrorCode
}

func (party *party) codeOnce() {
	verifier := oauth2.GenerateVerifier()
	code := party.code("n", verifier)
	another := oauth2.VerifierOption(oauth2.GenerateVerifier())
	same("another verifier", refusal(party.config.Exchange(party.ctx, code, another)), "invalid_grant")

	code = party.code("n", verifier)
	token := must(party.config.Exchange(party.ctx, code, oauth2.VerifierOption(verifier)))
	same("twice", refusal(party.config.Exchange(party.ctx, code, oauth2.VerifierOption(verifier))), "invalid_grant")
	if _, err := party.provider.UserInfo(party.ctx, oauth2.StaticTokenSource(token)); err == nil {
		panic("what a code gave outlives its second use")
	}
}

func (party *party) wrongSecret() {
	verifier := oauth2.GenerateVerifier()
	code := party.code("n", verifier)
	impostor := discover(party.service, given.Issuer)
	impostor.config.ClientSecret = "wrong"
	exchanged, err := impostor.config.Exchange(impostor.ctx, code, oauth2.VerifierOption(verifier))
	same("a wrong secret", refusal(exchanged, err), "invalid_client")
	same("answers", impostor.wire.answers("/token"), []int{401, 401})
	must(party.config.Exchange(party.ctx, code, oauth2.VerifierOption(verifier)))
}
