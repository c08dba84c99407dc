// What the tests do and see in JupyterLab's page. Playwright loads this into it.
(() => {
  const frames = async count => {
    for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
  };
  const app = () => window.jupyterapp;
  const run = (name, settings) => app().commands.execute(name, settings).then(() => null);
  // the open notebook, in JupyterLab's own words
  const notebook = () => [...app().shell.widgets('main')].find(w => w.context?.sessionContext);
  const session = () => notebook()?.context.sessionContext;

  window.course = {
    isOpen: () => Boolean(notebook()?.context.isReady && session().session?.kernel),
    run,
    open: path => run('docmanager:open', {path}),
    close: () => session().shutdown().then(() => notebook().dispose()),
    outputs: () => notebook().content.model.sharedModel.toJSON().cells.flatMap(c => c.outputs ?? []),

    // Scroll to a cell, and return its place: what isn't on the screen may have none on the page.
    find: async start => {
      const {content} = notebook();
      const place = content.widgets.findIndex(cell => cell.model.id.startsWith(start));
      do {  // while the list is laid out anew, it may let go of the cell again
        await content.scrollToItem(place);
        await frames(6);
      } while (!content.widgets[place].node.isConnected);
      return place;
    },

    // Bring something to the top, however often the page is laid out anew meanwhile.
    goTo: async element => {
      let last, top;
      do {
        last = top;
        element.scrollIntoView({block: 'start'});
        await frames(6);
        top = element.getBoundingClientRect().top;
      } while (last !== top);
    },

    focusBefore: element => {
      element.tabIndex = -1;
      element.focus();
    },

    // Scroll through the notebook, since what a cell draws is drawn only on the screen; return all
    // images, and what is wrong with what is seen.
    look: async () => {
      const pane = document.querySelector('.jp-WindowedPanel-outer');
      const found = {};
      for (let top = 0; ; top += pane.clientHeight) {
        pane.scrollTop = top;
        await frames(3);
        await imagesAndErrors(pane, found);
        cutOff(pane, found);
        tooSmall(pane, found);
        if (top + pane.clientHeight >= pane.scrollHeight) break;
      }
      return Object.values(found);
    },

    // Have all cells on the page, from its top: what is scrolled away stays so when the page grows.
    // JupyterLab adds them one by one when it has nothing else to do, which takes long, or only
    // those in sight.
    addAll: async () => {
      const {content} = notebook();
      document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0;
      await frames(6);
      if (content.notebookConfig.windowingMode === 'full') return;
      for (const cell of content.widgets)
        if (!cell.node.isConnected) await course.find(cell.model.id);
    },

    // of the whole notebook, with what is above and below it
    height: () => document.querySelector('.jp-WindowedPanel-outer').scrollHeight + 200,

    // a picture at rest has another of twice the pixels besides; it counts as the same
    shown: picture => picture.innerHTML.replace(/srcset="[^"]*" /, ''),
    isAnother: ([picture, before]) => course.shown(picture) !== before,
    isSharp: picture => !picture.querySelector('img:not([srcset])'),
    areAlike: views => ['img', '[role=status]'].every(
      part => new Set(views.map(view => view.querySelector(part).outerHTML)).size === 1),

    // on a dark page, what is drawn on white and stays white
    glaring: () => {
      const isInverted = element => element && (isInverted(element.parentElement)
        || getComputedStyle(element).filter.startsWith('invert'));
      const images = [...document.querySelectorAll('.jp-Notebook img')];
      return images.filter(image => !isInverted(image)).map(image => image.alt);
    },

    // words of a drawing that are cut, or lie on others
    inTheWay: svg => {
      const texts = [...svg.querySelectorAll('text:not(.sign)')].map(
        text => [text.textContent, text.getBBox()]);
      const {width, height} = svg.viewBox.baseVal;
      const lies = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
        && a.y < b.y + b.height && b.y < a.y + a.height;
      return texts.filter(([, box], i) => box.x < 0 || box.x + box.width > width
        || box.y + box.height > height || texts.slice(i + 1).some(([, other]) => lies(box, other)));
    },

    shade: square => Number(getComputedStyle(square).backgroundColor.match(/\d+/)[0]),

    // Note in every frame where a picture is, and whether it is blank, until `watched` is asked for.
    watch: picture => {
      const pane = picture.closest('.jp-WindowedPanel-outer');
      const places = course.places = [];
      const look = () => {
        if (course.places !== places) return;
        const {x, y, width, height} = picture.getBoundingClientRect();
        const image = picture.querySelector('img');
        const blank = image && !(image.complete && image.naturalWidth);
        places.push([x, y, width, height, pane.scrollTop, Number(blank)]);
        requestAnimationFrame(look);
      };
      look();
    },
    watched: () => {
      const {places} = course;
      course.places = null;
      return places;
    },
  };

  const imagesAndErrors = async (pane, found) => {
    const images = [...pane.querySelectorAll('img')];
    await Promise.all(images.map(image => image.decode().catch(() => null)));
    for (const image of images)
      found[image.src] = {
        alt: image.alt, width: image.naturalWidth, source: image.src.slice(0, 80),
      };
    for (const error of pane.querySelectorAll('[data-mime-type*="error"], .jupyter-widgets-error'))
      found[error.textContent] = {error: error.textContent};
  };

  // words of drawings that shrink with them to less than 9 pixels, are cut, or lie on others
  const tooSmall = (pane, found) => {
    for (const svg of pane.querySelectorAll('.jp-OutputArea-output svg[viewBox]')) {
      const share = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      if (!share) continue;  // it is in a cell that isn't in sight
      const texts = [...svg.querySelectorAll('text')];
      const small = texts.filter(t => parseFloat(getComputedStyle(t).fontSize) * share < 9);
      const words = [...small.map(text => text.textContent), ...course.inTheWay(svg)];
      if (words.length) found[words] = {too_small: `${words}`};
    }
  };

  // what lies to the right of its output's edge, where nobody can scroll to it, and labels that
  // end in dots
  const cutOff = (pane, found) => {
    const scrolls = (element, output) =>
      element !== output && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
        || scrolls(element.parentElement, output));
    for (const output of pane.querySelectorAll('.jp-OutputArea-output')) {
      const edge = output.getBoundingClientRect().right + 1;
      for (const element of output.querySelectorAll('*'))
        if (element.getBoundingClientRect().right > edge && !scrolls(element, output))
          found[element.outerHTML.slice(0, 120)] = {cut_off: element.outerHTML.slice(0, 120)};
    }
    for (const label of pane.querySelectorAll('.widget-label, .jupyter-button'))
      if (label.scrollWidth > label.clientWidth + 1)
        found[label.textContent] = {cut_off: label.textContent};
  };
})();
