/** The pages of the provider: who signs in, and whether all of a login ends. */

/**
 * @param {string} title
 * @param {string} content
 */
const page = (title, content) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}: the demonstration's provider</title>
<link rel="icon" href="data:,">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 15vh auto; padding: 0 1rem }
label, select, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
select, input, button { padding: .5rem; margin: .25rem 0 1rem }
[role=alert] { color: #b00020 }
</style>
<h1>${title}</h1>
${content}
`;

/**
 * @param {string[]} people
 * @param {string} problem Said above the form; empty when there is none.
 */
export function loginPage(people, problem) {
  const choices = people.map((name) => `<option>${name}</option>`).join("");
  return page(
    "Sign in",
    `<p>A provider for the demonstration: three people, one password, which <code>make team</code> prints.</p>
<p role="alert">${problem}</p>
<form method="post" autocomplete="off">
<label>Name <select name="login">${choices}</select></label>
<label>Password <input name="password" type="password" required autofocus></label>
<button>Sign in</button>
</form>`,
  );
}

/** @param {string} form Empty; its id is `op.logoutForm`. */
export function signOutPage(form) {
  return page(
    "Sign out",
    `<p>You have signed out of the notebooks. Sign out here too? If you stay, opening the notebooks signs you in again
without a question.</p>
${form}
<button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>
<button type="submit" form="op.logoutForm">No, I stay</button>`,
  );
}

export const signedOutPage = () => page("Signed out", "<p>You may close this tab.</p>");
