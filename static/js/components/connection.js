const QUIET_MS = 800;

/** Says when the page is cut off, and that nothing is lost; stays silent for a blink. */
export class ConnectionBanner {
  #banner;
  #socket;
  #loginUrl;
  #timer = null;

  constructor(banner, socket, loginUrl) {
    this.#banner = banner;
    this.#socket = socket;
    this.#loginUrl = loginUrl;
    socket.addEventListener("status", () => this.#update());
    addEventListener("offline", () => this.#update());
    addEventListener("online", () => {
      this.#update();
      socket.check();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) socket.check();
    });
    this.#update();
  }

  #update() {
    clearTimeout(this.#timer);
    const { status } = this.#socket;
    if (status === "signed-out") this.#showSignedOut();
    else if (!navigator.onLine) {
      this.#show(gettext("You are offline. What you write is kept."));
    } else if (status === "open") this.#banner.hidden = true;
    else {
      const words = gettext(
        "The connection was lost. Trying again; what you write is kept.",
      );
      this.#timer = setTimeout(() => this.#show(words), QUIET_MS);
    }
  }

  #show(words) {
    this.#banner.textContent = words;
    this.#banner.hidden = false;
  }

  #showSignedOut() {
    this.#show(gettext("You are signed out. What you wrote is kept in this tab."));
    const link = document.createElement("a");
    const back = encodeURIComponent(location.pathname);
    link.href = `${this.#loginUrl}?next=${back}`;
    link.textContent = gettext("Sign in");
    this.#banner.append(link);
  }
}
