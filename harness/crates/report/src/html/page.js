// Theme, filters, and the pages of the cases. Whatever is put into the document here was written and escaped by the harness.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // Opened from a disk, storage may be refused; then a choice lasts as long as the page.
  const THEMES = ['system', 'light', 'dark'];
  const kept = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem('theme', theme); } catch { /* not kept */ } };
  let theme = THEMES.includes(kept()) ? kept() : 'system';
  const dress = () => {
    root.style.colorScheme = theme === 'system' ? '' : theme;
    const said = document.querySelector('#theme b');
    if (said) said.textContent = theme;
  };
  dress();

  /** The cases of the table that every filter lets through. */
  function filter(form) {
    const chosen = (name) => new Set(new FormData(form).getAll(name));
    const [outcomes, levels] = [chosen('outcome'), chosen('level')];
    const words = form.elements.text.value.trim().toLowerCase().split(/\s+/);
    const fits = ({ outcome, level, words: known }) =>
      (outcomes.size === 0 || outcomes.has(outcome)) && (levels.size === 0 || levels.has(level)) &&
      words.every((word) => known.includes(word));
    const all = document.querySelectorAll('a.case');
    let shown = 0;
    for (const link of all) {
      const fit = fits(link.dataset);
      link.hidden = !fit;
      if (link.parentElement.tagName === 'LI') link.parentElement.hidden = !fit;
      shown += fit;
    }
    for (const cell of document.querySelectorAll('.matrix details')) {
      const left = [...cell.querySelectorAll('a.case:not([hidden])')];
      cell.hidden = left.length === 0;
      for (const count of cell.querySelectorAll('.count')) {
        const those = left.filter((link) => link.dataset.outcome === count.dataset.outcome).length;
        count.hidden = those === 0;
        count.querySelector('b').textContent = those;
      }
    }
    for (const row of document.querySelectorAll('.matrix tbody tr')) {
      row.hidden = row.querySelector('a.case:not([hidden])') === null;
    }
    form.querySelector('output').textContent =
      shown === all.length ? `${all.length} cases` : `${shown} of ${all.length} cases`;
  }

  /** What a packed page holds. */
  async function unpacked(script) {
    const bytes = Uint8Array.from(atob(script.textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).text();
  }

  const title = document.title;
  let opener = null; // the link by which a case was opened: where a reader goes on when he comes back
  let turn = 0;

  /** Shows what the address names. */
  async function route() {
    let anchor;
    try { anchor = decodeURIComponent(location.hash.slice(1)); } catch { anchor = ''; }
    const [overview, page] = ['overview', 'page'].map((id) => document.getElementById(id));
    if (!anchor.startsWith('case/')) {
      const returning = overview.hidden;
      overview.hidden = false;
      page.hidden = true;
      page.replaceChildren();
      document.title = title;
      const target = document.getElementById(anchor);
      if (returning && opener?.isConnected) {
        opener.focus({ preventScroll: true });
        opener.scrollIntoView({ block: 'center' });
      } else if (target) {
        if (target.tagName === 'DETAILS') target.open = true;
        target.scrollIntoView();
      }
      return;
    }
    const mine = ++turn;
    const packed = [...document.querySelectorAll('script[data-page]')].find((one) => one.dataset.page === anchor);
    const text = packed ? await unpacked(packed) : '<article class="page"><h1 tabindex="-1">No such case</h1><p><a href="#cases">All cases</a></p></article>';
    if (mine !== turn) return; // another one was asked for meanwhile
    page.innerHTML = text;
    page.hidden = false;
    overview.hidden = true;
    document.title = `${anchor.slice('case/'.length)} – ${title}`;
    scrollTo(0, 0);
    page.querySelector('h1').focus({ preventScroll: true });
  }

  document.addEventListener('DOMContentLoaded', () => {
    dress();
    document.getElementById('theme').addEventListener('click', () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      keep(theme);
      dress();
    });
    const form = document.querySelector('.filters');
    if (form) {
      form.hidden = false;
      form.addEventListener('input', () => filter(form));
      form.addEventListener('reset', () => setTimeout(() => filter(form)));
      form.addEventListener('submit', (event) => event.preventDefault());
    }
    document.getElementById('overview').addEventListener('click', (event) => {
      opener = event.target.closest('a') ?? opener;
    });
    addEventListener('hashchange', route);
    if (location.hash) route();
  });
})();
