// daisyUI's own imports.js, cut to the parts that Goodword uses (see ../../vendor.lock).
import rootcolor from './base/rootcolor/index.js';
import properties from './base/properties/index.js';
import button from './components/button/index.js';
import input from './components/input/index.js';
import textarea from './components/textarea/index.js';
import select from './components/select/index.js';
import checkbox from './components/checkbox/index.js';
import modal from './components/modal/index.js';
import link from './components/link/index.js';

export const base = {rootcolor, properties};
export const components = {button, input, textarea, select, checkbox, modal, link};
export const utilities = {};
